-- doel:    Jaar 0 twee keer: zoals de raad het vaststelde (bevroren) en zoals de bron het nu telt, met de streefwaarde.
-- korrel:  een rij per reeks
-- sleutel: reeks
-- kolommen:
--   reeks              | sleutel van de reeks
--   naam               | naam van de reeks
--   groep              | groep in de tabel van de nota
--   volgorde           | plaats in de tabel van de nota
--   basisjaar          | jaar 0
--   waarde_vastgesteld | jaar 0 zoals vastgesteld; wordt nooit aangepast
--   waarde_bron        | jaar 0 zoals de politie het nu telt
--   verschil           | waarde_bron min waarde_vastgesteld
--   verschil_pct       | verschil in procent van waarde_vastgesteld; leeg onder de grens voor percentages
--   oordeel            | gelijk, verschil binnen het herzieningsbudget, of verschil, oorzaak onbekend
--   streefwaarde       | doel voor het streefjaar; de nota stelt er een voor de mand en voor geen enkel delict
--   streefwaarde_soort | doel, of gevoeligheid voor de mand met horizontale fraude
--   streefjaar         | jaar waarvoor de streefwaarde geldt
--   per_1000           | waarde_bron per 1.000 inwoners
--   aanvaard_door      | wie jaar 0 vaststelde
--   aanvaard_op        | dag waarop
--   bron               | tabel van de bron
--   peildatum          | de dag waarop de cijfers van de bron zo bekend waren
--   regel              | regel van de nota
WITH bron AS (
    SELECT d.reeks,
           d.waarde,
           d.per_1000,
           d.bron,
           d.peildatum
    FROM delicten_jaar AS d
    JOIN beleid AS b ON b.gemeente = d.regio_code AND b.basisjaar = d.jaar
)
SELECT r.reeks,
       r.naam,
       r.groep,
       r.volgorde,
       b.basisjaar,
       CAST(v.waarde AS BIGINT) AS waarde_vastgesteld,
       s.waarde AS waarde_bron,
       s.waarde - CAST(v.waarde AS BIGINT) AS verschil,
       CASE WHEN v.waarde >= k.percentage_vanaf THEN round(100.0 * (s.waarde - v.waarde) / v.waarde, 6) END AS verschil_pct,
       CASE
           WHEN v.waarde IS NULL OR s.waarde IS NULL THEN 'niet te vergelijken'
           WHEN s.waarde = v.waarde THEN 'gelijk'
           WHEN abs(s.waarde - v.waarde) <= greatest(1.0, v.waarde * k.herzieningsbudget_gemeente / 100.0)
               THEN 'verschil binnen het herzieningsbudget'
           ELSE 'verschil, oorzaak onbekend'
       END AS oordeel,
       CASE WHEN r.streef IS NOT NULL THEN round(v.waarde * (100.0 - b.daling_pct) / 100.0, 6) END AS streefwaarde,
       r.streef AS streefwaarde_soort,
       CASE WHEN r.streef IS NOT NULL THEN b.streefjaar END AS streefjaar,
       s.per_1000,
       v.aanvaard_door,
       v.datum AS aanvaard_op,
       s.bron,
       s.peildatum,
       v.regel
FROM reeks AS r
CROSS JOIN beleid AS b
CROSS JOIN conventie AS k
LEFT JOIN vastgesteld AS v ON v.reeks = r.reeks
LEFT JOIN bron AS s ON s.reeks = r.reeks
