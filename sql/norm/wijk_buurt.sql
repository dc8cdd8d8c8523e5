-- doel:    De wijken en buurten van de eigen gemeente, zoals de nieuwste wijktabel van de politie ze indeelt.
-- korrel:  een rij per wijk of buurt
-- sleutel: regio_code
-- kolommen:
--   regio_code | code van CBS
--   naam       | titel in de bron
--   niveau     | wijk of buurt
--   wijk_code  | de wijk waarin een buurt ligt; een wijk noemt zichzelf
--   indeling   | jaar van de wijk- en buurtindeling, leeg waar de bron het niet zegt
--   bron       | tabel van de bron
WITH genummerd AS (
    SELECT regio_code,
           naam,
           indeling,
           bron,
           row_number() OVER (PARTITION BY regio_code ORDER BY bron) AS volgnummer
    FROM ruw_wijkregio
    WHERE left(regio_code, 2) IN ('WK', 'BU')
)
SELECT regio_code,
       naam,
       CASE left(regio_code, 2) WHEN 'WK' THEN 'wijk' ELSE 'buurt' END AS niveau,
       concat('WK', substr(regio_code, 3, 6)) AS wijk_code,
       indeling,
       bron
FROM genummerd
WHERE volgnummer = 1
