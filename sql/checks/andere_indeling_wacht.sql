-- ernst:    waarschuwing
-- doel:     Een nieuwere versie op een andere gemeentelijke indeling wordt pas gebruikt als die indeling geldt.
-- getoetst: alle volledige versies naast de indeling die geldt
-- telt:     optelcontrole WHERE volledig
-- kolommen:
--   sleutel   | waar het om gaat
--   stand     | wat de mens ervan ziet: de indeling die geldt en die van de versie
--   bevinding | wat er is gevonden, in woorden
WITH versies AS (
    SELECT c.bron,
           c.peildatum,
           max(c.indeling) AS indeling,
           max(b.indeling) AS geldend
    FROM optelcontrole AS c
    JOIN bronnen AS b ON b.bron = c.bron
    WHERE c.volledig
    GROUP BY c.bron, c.peildatum
),
gebruikt AS (
    SELECT bron,
           max(peildatum) AS peildatum
    FROM versies
    WHERE indeling = geldend
    GROUP BY bron
)
SELECT concat(v.bron, ' ', v.peildatum) AS sleutel,
       concat(v.geldend, ' -> ', v.indeling) AS stand,
       concat('de versie van ', v.peildatum, ' van ', v.bron, ' staat op de indeling van ', v.indeling, ', en die van ', v.geldend, ' geldt') AS bevinding
FROM versies AS v
LEFT JOIN gebruikt AS g ON g.bron = v.bron
WHERE v.indeling <> v.geldend
  AND (g.peildatum IS NULL OR v.peildatum > g.peildatum)
