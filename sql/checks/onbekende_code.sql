-- ernst:    fout
-- doel:     Elke code in de cijfers moet in de lijsten van de bron staan.
-- getoetst: soorten, regio's en perioden van alle gelezen rijen
-- telt:     misdrijven_versies
-- bron:     police_nuisance (overlast, regio van overlast), district_crime (wijksoort)
-- kolommen:
--   sleutel   | waar het om gaat
--   stand     | wat de mens ervan ziet: het laatste bestand waar de code in staat, of het woord van de bron
--   bevinding | wat er is gevonden, in woorden
WITH gelezen AS (
    SELECT 'soort' AS lijst, soort_code AS code, min(bestand) AS bestand, max(bestand) AS laatste
    FROM ruw_misdrijven
    GROUP BY soort_code
    UNION ALL
    SELECT 'regio' AS lijst, regio_code AS code, min(bestand) AS bestand, max(bestand) AS laatste
    FROM ruw_misdrijven
    GROUP BY regio_code
    UNION ALL
    SELECT 'periode' AS lijst, periode_code AS code, min(bestand) AS bestand, max(bestand) AS laatste
    FROM ruw_misdrijven
    GROUP BY periode_code
    UNION ALL
    -- Een stand die heel is opgehaald is gelezen naast zijn eigen lijsten; hier naast die van nu.
    SELECT lijst, code, bestand, bestand AS laatste
    FROM ruw_blok_lid
),
onbekend AS (
    SELECT 'soort' AS lijst,
           'soort misdrijf' AS naam,
           t.code,
           min(t.bestand) AS bestand,
           max(t.laatste) AS laatste
    FROM gelezen AS t
    LEFT JOIN soort_misdrijf AS s ON s.soort_code = t.code
    WHERE t.lijst = 'soort' AND s.soort_code IS NULL
    GROUP BY t.code
    UNION ALL
    SELECT 'regio' AS lijst,
           'regio' AS naam,
           t.code,
           min(t.bestand) AS bestand,
           max(t.laatste) AS laatste
    FROM gelezen AS t
    LEFT JOIN regio AS r ON r.regio_code = t.code
    WHERE t.lijst = 'regio' AND r.regio_code IS NULL
    GROUP BY t.code
    UNION ALL
    SELECT 'periode' AS lijst,
           'periode' AS naam,
           t.code,
           min(t.bestand) AS bestand,
           max(t.laatste) AS laatste
    FROM gelezen AS t
    LEFT JOIN periode AS p ON p.periode_code = t.code
    WHERE t.lijst = 'periode' AND p.periode_code IS NULL
    GROUP BY t.code
    UNION ALL
    SELECT 'overlast' AS lijst,
           'soort overlast' AS naam,
           o.soort_code AS code,
           min(o.bestand) AS bestand,
           max(o.bestand) AS laatste
    FROM ruw_overlast AS o
    LEFT JOIN soort_overlast AS s ON s.soort_code = o.soort_code
    WHERE s.soort_code IS NULL
    GROUP BY o.soort_code
    UNION ALL
    SELECT 'regio van overlast' AS lijst,
           'regio' AS naam,
           o.regio_code AS code,
           min(o.bestand) AS bestand,
           max(o.bestand) AS laatste
    FROM ruw_overlast AS o
    LEFT JOIN regio AS r ON r.regio_code = o.regio_code
    WHERE r.regio_code IS NULL
    GROUP BY o.regio_code
    UNION ALL
    SELECT 'wijksoort' AS lijst,
           'soort' AS naam,
           w.soort_code AS code,
           min(w.bestand) AS bestand,
           max(w.bestand) AS laatste
    FROM ruw_wijkcijfers AS w
    LEFT JOIN ruw_wijksoort AS s ON s.bron = w.bron AND s.soort_code = w.soort_code
    WHERE s.soort_code IS NULL
    GROUP BY w.soort_code
)
SELECT concat(o.lijst, ' ', o.code) AS sleutel,
       l.naam AS stand,
       concat(o.naam, ' ', o.code, ' staat niet in de lijst van de bron, voor het eerst in ', b.naam) AS bevinding
FROM onbekend AS o
JOIN bestanden AS b ON b.bestand = o.bestand
JOIN bestanden AS l ON l.bestand = o.laatste
UNION ALL
SELECT concat('status ', p.periode_code) AS sleutel,
       replace(coalesce(r.status, 'leeg'), ';', ',') AS stand,
       concat('de bron geeft periode ', p.periode_code, ' een status die wij niet kennen') AS bevinding
FROM periode AS p
LEFT JOIN ruw_periode AS r ON r.periode_code = p.periode_code
WHERE p.status IS NULL
