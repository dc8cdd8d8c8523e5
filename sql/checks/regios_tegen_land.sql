-- ernst:    fout
-- doel:     De regio's van elk niveau moeten optellen tot het land.
-- getoetst: landsdelen, provincies, politie-eenheden en gemeenten van elke soort, elk jaar en elke maand
-- telt:     misdrijven
-- kolommen:
--   sleutel   | waar het om gaat
--   stand     | wat de mens ervan ziet: de som van de regio's en het land, met de dag van de nieuwste versie erin
--   bevinding | wat er is gevonden, in woorden
WITH niveaus AS (
    SELECT m.soort_code,
           m.periode_code,
           r.niveau,
           p.soort AS periode_soort,
           CAST(sum(m.waarde) AS BIGINT) AS som,
           max(m.peildatum) AS peildatum
    FROM misdrijven AS m
    LEFT JOIN periode AS p ON p.periode_code = m.periode_code
    LEFT JOIN regio AS r ON r.regio_code = m.regio_code
    GROUP BY m.soort_code, m.periode_code, r.niveau, p.soort
)
SELECT concat(n.niveau, ' ', n.soort_code, ' ', n.periode_code) AS sleutel,
       concat(coalesce(CAST(n.som AS VARCHAR), 'leeg'), ' tegen ', coalesce(CAST(l.som AS VARCHAR), 'leeg'), ' (', greatest(n.peildatum, l.peildatum), ')') AS stand,
       concat('alle regio''s van niveau ', n.niveau, ' tellen voor ', n.soort_code, ' over ', n.periode_code, ' op tot ', n.som, ', het land is ', coalesce(CAST(l.som AS VARCHAR), 'leeg')) AS bevinding
FROM niveaus AS n
LEFT JOIN niveaus AS l ON l.soort_code = n.soort_code AND l.periode_code = n.periode_code AND l.niveau = 'land'
WHERE n.niveau <> 'land'
  AND (l.niveau IS NULL
       -- In een maand van een jaar dat nog niet heel is, is nul voor de ene regio al bewezen en voor een andere nog niet.
       OR coalesce(n.som, CASE WHEN n.periode_soort = 'maand' THEN 0 ELSE -1 END)
          <> coalesce(l.som, CASE WHEN n.periode_soort = 'maand' THEN 0 ELSE -1 END))
