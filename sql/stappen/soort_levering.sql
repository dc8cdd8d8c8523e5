-- doel:    Welke soorten misdrijf in welke levering staan.
-- korrel:  een rij per soort misdrijf en levering
-- sleutel: soort_code, levering
-- kolommen:
--   soort_code | soort misdrijf
--   levering   | wat samen is ontvangen, zie bestanden
WITH gelezen AS (
    SELECT soort_code,
           bestand
    FROM ruw_misdrijven
    GROUP BY soort_code, bestand
    UNION ALL
    SELECT code AS soort_code,
           bestand
    FROM ruw_blok_lid
    WHERE lijst = 'soort'
)
SELECT g.soort_code,
       b.levering
FROM gelezen AS g
JOIN bestanden AS b ON b.bestand = g.bestand
GROUP BY g.soort_code, b.levering
