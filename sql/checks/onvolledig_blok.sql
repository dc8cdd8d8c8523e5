-- ernst:    fout
-- doel:     Een bestand van de politietabel is een vol blok: elke soort voor elke regio en elke periode; wat mist, is afgekapt.
-- getoetst: het aantal rijen van elk bestand naast het product van zijn soorten, regio's en perioden
-- kolommen:
--   sleutel   | waar het om gaat
--   bevinding | wat er is gevonden, in woorden
WITH soorten AS (
    SELECT bestand, soort_code, count(*) AS rijen
    FROM ruw_misdrijven
    GROUP BY bestand, soort_code
),
plaatsen AS (
    SELECT bestand, regio_code, periode_code
    FROM ruw_misdrijven
    GROUP BY bestand, regio_code, periode_code
),
regios AS (
    SELECT bestand, regio_code
    FROM plaatsen
    GROUP BY bestand, regio_code
),
perioden AS (
    SELECT bestand, periode_code
    FROM plaatsen
    GROUP BY bestand, periode_code
),
omvang AS (
    SELECT s.bestand,
           s.rijen,
           s.soorten * r.regios * p.perioden AS verwacht
    FROM (SELECT bestand, count(*) AS soorten, sum(rijen) AS rijen FROM soorten GROUP BY bestand) AS s
    JOIN (SELECT bestand, count(*) AS regios FROM regios GROUP BY bestand) AS r ON r.bestand = s.bestand
    JOIN (SELECT bestand, count(*) AS perioden FROM perioden GROUP BY bestand) AS p ON p.bestand = s.bestand
)
SELECT bestand AS sleutel,
       concat(bestand, ' heeft ', rijen, ' rijen, verwacht ', verwacht) AS bevinding
FROM omvang
WHERE rijen <> verwacht
