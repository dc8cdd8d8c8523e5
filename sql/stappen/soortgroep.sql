-- doel:    Soorten misdrijf die in precies dezelfde leveringen staan; van zo'n groep volgen de versies elkaar overal gelijk op.
-- korrel:  een rij per soort misdrijf
-- sleutel: soort_code
-- kolommen:
--   soort_code | soort misdrijf
--   groep      | nummer van de groep
WITH samen AS (
    SELECT soort_code,
           string_agg(levering, '|' ORDER BY levering) AS leveringen
    FROM soort_levering
    GROUP BY soort_code
)
SELECT soort_code,
       dense_rank() OVER (ORDER BY leveringen) AS groep
FROM samen
