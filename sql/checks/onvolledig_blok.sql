-- ernst:    fout
-- doel:     Een levering van de politietabel is een vol blok: elke soort voor elke regio en elke periode; wat mist, is afgekapt.
-- getoetst: het aantal rijen van elke levering naast het product van zijn soorten, regio's en perioden; een stand die heel is opgehaald wordt met een gat niet gelezen
-- telt:     misdrijven_versies
-- kolommen:
--   sleutel   | waar het om gaat
--   stand     | wat de mens ervan ziet: hoeveel rijen er zijn en horen te zijn, en in welke levering
--   bevinding | wat er is gevonden, in woorden
WITH soorten AS (
    SELECT b.levering,
           s.soort_code,
           sum(s.rijen) AS rijen
    FROM (SELECT bestand, soort_code, count(*) AS rijen FROM ruw_misdrijven GROUP BY bestand, soort_code) AS s
    JOIN bestanden AS b ON b.bestand = s.bestand
    GROUP BY b.levering, s.soort_code
),
plaatsen AS (
    SELECT b.levering,
           p.regio_code,
           p.periode_code
    FROM (SELECT bestand, regio_code, periode_code FROM ruw_misdrijven GROUP BY bestand, regio_code, periode_code) AS p
    JOIN bestanden AS b ON b.bestand = p.bestand
    GROUP BY b.levering, p.regio_code, p.periode_code
),
regios AS (
    SELECT levering, regio_code
    FROM plaatsen
    GROUP BY levering, regio_code
),
perioden AS (
    SELECT levering, periode_code
    FROM plaatsen
    GROUP BY levering, periode_code
),
omvang AS (
    SELECT s.levering,
           s.rijen,
           s.soorten * r.regios * p.perioden AS verwacht
    FROM (SELECT levering, count(*) AS soorten, sum(rijen) AS rijen FROM soorten GROUP BY levering) AS s
    JOIN (SELECT levering, count(*) AS regios FROM regios GROUP BY levering) AS r ON r.levering = s.levering
    JOIN (SELECT levering, count(*) AS perioden FROM perioden GROUP BY levering) AS p ON p.levering = s.levering
)
SELECT b.bron AS sleutel,
       concat(o.rijen, ' tegen ', o.verwacht, ' rijen in ', replace(o.levering, ';', ',')) AS stand,
       concat(o.levering, ' heeft ', o.rijen, ' rijen, verwacht ', o.verwacht) AS bevinding
FROM omvang AS o
JOIN (SELECT levering, min(bron) AS bron FROM bestanden GROUP BY levering) AS b ON b.levering = o.levering
WHERE o.rijen <> o.verwacht
