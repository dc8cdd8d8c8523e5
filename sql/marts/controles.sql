-- doel:    Welke controles op deze publicatie zijn gedaan en wat ze vonden.
-- korrel:  een rij per controle
-- sleutel: controle
-- kolommen:
--   controle    | naam van de controle
--   ernst       | fout (blokkeert de publicatie) of waarschuwing (gaat mee met de publicatie)
--   uitkomst    | in orde, gevonden, aanvaard of niets te toetsen
--   aantal      | aantal bevindingen, zonder de aanvaarde
--   aanvaard    | aantal bevindingen dat een persoon in het register aanvaardde zoals ze zijn, zie aanvaardingen
--   gezien      | aantal rijen waar de controle naar keek; bij 0 was er niets te toetsen, en dat bewijst niets
--   getoetst    | waar de controle naar keek
--   voorbeelden | de eerste bevindingen, elk op een eigen regel
WITH beoordeeld AS (
    SELECT controle,
           bevinding,
           is_aanvaard,
           row_number() OVER (PARTITION BY controle, is_aanvaard ORDER BY volgorde) AS volgorde
    FROM ruw_bevindingen
),
geteld AS (
    SELECT controle,
           count(*) FILTER (WHERE NOT is_aanvaard) AS aantal,
           count(*) FILTER (WHERE is_aanvaard) AS aanvaard,
           string_agg(CASE WHEN NOT is_aanvaard AND volgorde <= 5 THEN bevinding END, chr(10) ORDER BY volgorde) AS voorbeelden
    FROM beoordeeld
    GROUP BY controle
)
SELECT c.controle,
       c.ernst,
       CASE
           WHEN coalesce(g.aantal, 0) > 0 THEN 'gevonden'
           WHEN coalesce(g.aanvaard, 0) > 0 THEN 'aanvaard'
           WHEN c.gezien = 0 THEN 'niets te toetsen'
           ELSE 'in orde'
       END AS uitkomst,
       coalesce(g.aantal, 0) AS aantal,
       coalesce(g.aanvaard, 0) AS aanvaard,
       c.gezien,
       c.getoetst,
       g.voorbeelden
FROM ruw_controles AS c
LEFT JOIN geteld AS g ON g.controle = c.controle
