-- ernst:    waarschuwing
-- doel:     Hoeveel misdrijven van de wijktabel bij geen wijk staan, en of die tabel zichzelf en de gemeentetabel niet tegenspreekt. Wijken tellen hoogstens op tot de gemeente van hun eigen tabel, en nooit tot die van de gemeentetabel.
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
           count(*) FILTER (WHERE c.reden = 'niet_gepubliceerd') AS achtergehouden,
           count(*) FILTER (WHERE c.waarde IS NULL) AS leeg,
           count(c.waarde) AS gevuld
    FROM wijkcijfers AS c
    GROUP BY c.bron, c.soort_code, c.jaar
),
elders AS (
    SELECT m.bron,
           m.soort_code,
           p.jaar,
           m.waarde
    FROM misdrijven AS m
    JOIN periode AS p ON p.periode_code = m.periode_code AND p.soort = 'jaar'
    JOIN beleid AS b ON b.gemeente = m.regio_code
)
SELECT concat('geen wijk ', bron, ' ', CAST(jaar AS VARCHAR)) AS sleutel,
       concat(count(*), ' soorten, samen ', CAST(sum(gemeente - wijken) AS VARCHAR), ' bij geen wijk en ', CAST(sum(gemeente - buurten) AS VARCHAR), ' bij geen buurt') AS stand,
       concat('in ', bron, ' staan over ', CAST(jaar AS VARCHAR), ' misdrijven bij de gemeente en bij geen wijk of geen buurt; ',
              string_agg(concat('soort ', soort_code, ' over ', CAST(jaar AS VARCHAR), ': alle wijken samen ', CAST(wijken AS VARCHAR),
                                ', alle buurten ', CAST(buurten AS VARCHAR), ', de gemeente ', CAST(gemeente AS VARCHAR),
                                ', dus ', CAST(gemeente - wijken AS VARCHAR), ' bij geen wijk'), '; ' ORDER BY soort_code)) AS bevinding
FROM geteld
WHERE leeg = 0
  AND gemeente >= wijken AND wijken >= buurten
  AND gemeente > buurten
GROUP BY bron, jaar
UNION ALL
SELECT concat('wijken ', bron, ' ', soort_code, ' ', CAST(jaar AS VARCHAR)) AS sleutel,
       concat('wijken ', coalesce(CAST(wijken AS VARCHAR), 'leeg'), ', buurten ', coalesce(CAST(buurten AS VARCHAR), 'leeg'),
              ', gemeente ', coalesce(CAST(gemeente AS VARCHAR), 'leeg')) AS stand,
       concat('soort ', soort_code, ' over ', CAST(jaar AS VARCHAR), ' in ', bron, ': alle wijken samen ', coalesce(CAST(wijken AS VARCHAR), 'leeg'),
              ', alle buurten ', coalesce(CAST(buurten AS VARCHAR), 'leeg'), ', de gemeente ', coalesce(CAST(gemeente AS VARCHAR), 'leeg'),
              CASE WHEN leeg > 0 THEN concat('; er ontbreken er ', leeg) ELSE '; meer dan waar ze in liggen' END) AS bevinding
FROM geteld
WHERE achtergehouden = 0
  AND gevuld > 0
  AND (leeg > 0 OR NOT coalesce(gemeente >= wijken AND wijken >= buurten, false))
UNION ALL
SELECT concat('nul ', g.bron, ' ', g.soort_code) AS sleutel,
       concat(count(*), ' jaren, de gemeente tot ', max(greatest(coalesce(g.gemeente, 0), coalesce(e.waarde, 0)))) AS stand,
       concat('soort ', g.soort_code, ' van wijkregels is in ', g.bron, ' in elke wijk en buurt 0 over ', string_agg(CAST(g.jaar AS VARCHAR), ', ' ORDER BY g.jaar),
              ', en de gemeente telt er tot ', max(greatest(coalesce(g.gemeente, 0), coalesce(e.waarde, 0))),
              ': gelezen als niet gepubliceerd; houdt de politie haar onder de gemeente achter, zet haar dan bij not_published in de pipeline') AS bevinding
FROM geteld AS g
JOIN (SELECT DISTINCT bron, soort_code FROM wijkregels WHERE niveau <> 'gemeente') AS r ON r.bron = g.bron AND r.soort_code = g.soort_code
LEFT JOIN ruw_wijk_niet_gepubliceerd AS a ON a.bron = g.bron AND a.soort_code = g.soort_code
LEFT JOIN elders AS e ON e.soort_code = g.soort_code AND e.jaar = g.jaar
WHERE g.achtergehouden > 0 AND a.soort_code IS NULL
GROUP BY g.bron, g.soort_code
UNION ALL
SELECT concat('gemeente ', g.bron, ' ', g.soort_code, ' ', CAST(g.jaar AS VARCHAR)) AS sleutel,
       concat(g.gemeente, ' tegen ', e.waarde) AS stand,
       concat('soort ', g.soort_code, ' over ', CAST(g.jaar AS VARCHAR), ': de gemeente telt ', g.gemeente, ' in ', g.bron, ' en ', e.waarde, ' in ', e.bron,
              '; het zijn twee tabellen met een eigen telling, en geen aandeel of cijfer per inwoner neemt ze samen') AS bevinding
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
