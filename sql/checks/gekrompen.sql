-- ernst:    fout
-- doel:     Een tabel mag niet krimpen: minder rijen dan in de vorige publicatie is een fout tot een mens haar aanvaardt.
-- getoetst: het aantal rijen van elke tabel naast de vorige publicatie; van tabellen met regio's zolang hun bron op dezelfde indeling staat
-- telt:     misdrijven
-- bron:     police_nuisance (overlast, overlast_versies, soort_overlast)
-- kolommen:
--   sleutel   | waar het om gaat
--   stand     | wat de mens ervan ziet: het aantal rijen in de vorige publicatie en nu
--   bevinding | wat er is gevonden, in woorden
WITH tabel_bron AS (
    SELECT 'misdrijven' AS tabel, bron FROM optelcontrole
    UNION
    -- Regio's en inwoners staan op de indeling van de misdrijven.
    SELECT 'bevolking' AS tabel, bron FROM optelcontrole
    UNION
    SELECT 'overlast' AS tabel, bron FROM overlast
    UNION
    SELECT 'regio' AS tabel, bron FROM optelcontrole
),
achtergebleven AS (
    SELECT DISTINCT t.tabel
    FROM (
        SELECT 'overlast' AS tabel, 'police_nuisance' AS soort
        UNION ALL
        SELECT 'overlast_versies' AS tabel, 'police_nuisance' AS soort
        UNION ALL
        SELECT 'soort_overlast' AS tabel, 'police_nuisance' AS soort
        UNION ALL
        SELECT 'wijk_buurt' AS tabel, 'district_crime' AS soort
        UNION ALL
        SELECT 'wijk_bevolking' AS tabel, 'district_population' AS soort
        UNION ALL
        SELECT 'monitor' AS tabel, 'survey' AS soort
    ) AS t
    JOIN ruw_achterstand AS r ON r.soort = t.soort AND r.overgeslagen IS NOT NULL
),
nieuwe_indeling AS (
    SELECT DISTINCT t.tabel
    FROM ruw_vorige_indeling AS v
    JOIN bronnen AS b ON b.bron = v.bron AND b.indeling <> v.indeling
    JOIN tabel_bron AS t ON t.bron = b.bron
)
SELECT o.tabel AS sleutel,
       concat(o.rijen_vorig, ' -> ', o.rijen) AS stand,
       concat('tabel ', o.tabel, ' heeft ', o.rijen, ' rijen en had er ', o.rijen_vorig) AS bevinding
FROM ruw_omvang AS o
LEFT JOIN nieuwe_indeling AS n ON n.tabel = o.tabel
LEFT JOIN achtergebleven AS a ON a.tabel = o.tabel
WHERE o.rijen < o.rijen_vorig
  -- Hoeveel bestanden een tabel vult, zegt niets over haar inhoud.
  AND o.tabel <> 'bestanden'
  -- Gemeenten die opgaan in een andere nemen hun rijen mee.
  AND n.tabel IS NULL
  -- Een bron die op een oudere stand blijft, heeft daar misschien minder van; dat zegt bron_achtergebleven.
  AND a.tabel IS NULL
