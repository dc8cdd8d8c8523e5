-- ernst:    fout
-- doel:     Elk jaar van het eerste tot het rapportjaar moet een cijfer hebben voor elke rij van de mand.
-- getoetst: de mand van de eigen gemeente
-- telt:     periode WHERE soort = 'jaar'
-- kolommen:
--   sleutel   | waar het om gaat
--   stand     | wat de mens ervan ziet: geen cijfers, of waarom de mand leeg is met de dag van de versie
--   bevinding | wat er is gevonden, in woorden
WITH jaren AS (
    SELECT p.jaar
    FROM periode AS p
    WHERE p.soort = 'jaar'
),
grens AS (
    SELECT coalesce(max(r.jaar), max(b.basisjaar)) AS laatste
    FROM beleid AS b
    LEFT JOIN rapportjaar AS r ON true
),
mand AS (
    SELECT t.jaar,
           t.waarde,
           t.reden,
           t.peildatum
    FROM telling_jaar AS t
    JOIN beleid AS b ON b.gemeente = t.regio_code
    JOIN reeks AS r ON r.reeks = t.reeks AND r.familie = 'hoofd'
    WHERE t.laag = 'reeks'
)
SELECT CAST(j.jaar AS VARCHAR) AS sleutel,
       CASE
           WHEN m.jaar IS NULL THEN 'geen cijfers'
           ELSE concat(m.reden, ' (', coalesce(CAST(m.peildatum AS VARCHAR), 'geen versie'), ')')
       END AS stand,
       concat('jaar ', j.jaar, ' heeft geen volledige mand') AS bevinding
FROM jaren AS j
CROSS JOIN grens AS g
LEFT JOIN mand AS m ON m.jaar = j.jaar
WHERE j.jaar <= g.laatste
  AND m.waarde IS NULL
