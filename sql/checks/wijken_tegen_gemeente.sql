-- ernst:    waarschuwing
-- doel:     Wijken en buurten moeten samen de gemeente geven, en die gemeente moet die van de gemeentetabel zijn.
-- getoetst: elke soort en elk jaar van de wijktabel, zonder wat de politie onder de gemeente achterhoudt; en de codes van wijkregels
-- telt:     wijkcijfers
-- kolommen:
--   sleutel   | waar het om gaat
--   stand     | wat de mens ervan ziet: de tellingen naast elkaar
--   bevinding | wat er is gevonden, in woorden; alleen sommen over de hele gemeente
WITH geteld AS (
    SELECT c.bron,
           c.soort_code,
           c.jaar,
           sum(c.waarde) FILTER (WHERE c.niveau = 'wijk') AS wijken,
           sum(c.waarde) FILTER (WHERE c.niveau = 'buurt') AS buurten,
           sum(c.waarde) FILTER (WHERE c.niveau = 'gemeente') AS gemeente,
           count(*) FILTER (WHERE c.reden = 'niet_gepubliceerd') AS achtergehouden
    FROM wijkcijfers AS c
    GROUP BY c.bron, c.soort_code, c.jaar
),
elders AS (
    SELECT m.soort_code,
           p.jaar,
           m.waarde
    FROM misdrijven AS m
    JOIN periode AS p ON p.periode_code = m.periode_code AND p.soort = 'jaar'
    JOIN beleid AS b ON b.gemeente = m.regio_code
)
SELECT concat('wijken ', bron, ' ', soort_code, ' ', CAST(jaar AS VARCHAR)) AS sleutel,
       concat('wijken ', coalesce(CAST(wijken AS VARCHAR), 'leeg'), ', buurten ', coalesce(CAST(buurten AS VARCHAR), 'leeg'),
              ', gemeente ', coalesce(CAST(gemeente AS VARCHAR), 'leeg')) AS stand,
       concat('soort ', soort_code, ' over ', CAST(jaar AS VARCHAR), ' in ', bron, ': alle wijken samen ', coalesce(CAST(wijken AS VARCHAR), 'leeg'),
              ', alle buurten ', coalesce(CAST(buurten AS VARCHAR), 'leeg'), ', de gemeente ', coalesce(CAST(gemeente AS VARCHAR), 'leeg'),
              '; wat geen plaats heeft staat bij de gemeente en bij geen wijk') AS bevinding
FROM geteld
WHERE achtergehouden = 0
  AND (coalesce(wijken, -1) <> coalesce(gemeente, -1) OR coalesce(buurten, -1) <> coalesce(gemeente, -1))
UNION ALL
SELECT concat('gemeente ', g.bron, ' ', g.soort_code, ' ', CAST(g.jaar AS VARCHAR)) AS sleutel,
       concat(g.gemeente, ' tegen ', e.waarde) AS stand,
       concat('soort ', g.soort_code, ' over ', CAST(g.jaar AS VARCHAR), ': de gemeente telt ', g.gemeente, ' in ', g.bron, ' en ', e.waarde, ' in de gemeentetabel') AS bevinding
FROM geteld AS g
JOIN elders AS e ON e.soort_code = g.soort_code AND e.jaar = g.jaar
CROSS JOIN conventie AS k
WHERE abs(g.gemeente - e.waarde) > k.herziening_minimum
  AND abs(g.gemeente - e.waarde) > k.herzieningsbudget_gemeente * e.waarde / 100.0
UNION ALL
SELECT concat('regel ', w.bron, ' ', w.soort_code) AS sleutel,
       'niet in de lijst' AS stand,
       concat('wijkregels noemt soort ', w.soort_code, ', en die staat niet in de lijst van ', w.bron) AS bevinding
FROM wijkregels AS w
JOIN (SELECT DISTINCT bron FROM ruw_wijksoort) AS b ON b.bron = w.bron
LEFT JOIN ruw_wijksoort AS s ON s.bron = w.bron AND s.soort_code = w.soort_code
WHERE s.soort_code IS NULL
