-- doel:    Misdrijven per wijk en jaar, en per buurt over een vaste som van jaren, met wat dicht blijft om niemand herkenbaar te maken.
-- korrel:  een rij per wijk of buurt, reeks en periode
-- sleutel: regio_code, reeks, periode
-- kolommen:
--   regio_code | wijk of buurt
--   regio      | naam in de bron
--   niveau     | wijk of buurt
--   wijk_code  | de wijk waarin een buurt ligt; een wijk noemt zichzelf
--   reeks      | sleutel van de reeks, zie wijkregels
--   reeks_naam | naam van de reeks
--   periode    | een jaar, of het eerste en het laatste jaar van een som
--   van_jaar   | eerste jaar van de periode
--   tot_jaar   | laatste jaar van de periode
--   waarde     | aantal geregistreerde misdrijven in de hele periode; leeg waar het dicht blijft
--   reden      | waarde, kleiner_dan_drempel (minder dan de afgesproken drempel), verborgen (anders was een klein aantal te berekenen), niet_gepubliceerd of ontbreekt
--   weergave   | wat een tabel ervan toont: het aantal, kleiner dan de drempel, verborgen of een streepje
--   inwoners   | inwoners op 1 januari op dezelfde indeling; alleen van het jaar van de CBS-tabel
--   per_1000   | aantal per 1.000 inwoners in een jaar; leeg waar waarde of inwoners ontbreekt
--   inwoners_uitleg | waar de inwoners vandaan komen, of waarom ze ontbreken
--   zonder_wijk | van een wijk en een jaar: misdrijven van de reeks die dezelfde tabel bij de gemeente telt en bij geen enkele wijk; bij elke wijk hetzelfde getal. Leeg waar het niet bekend is
--   bron       | tabel van de bron
--   peildatum  | de dag waarop de cijfers zo bekend waren
WITH open_wijken AS (
    -- Buurten tellen hoogstens op tot hun wijk. Zijn ze te zien terwijl een van de jaren van de wijk dicht is, dan is dat jaar te berekenen.
    SELECT b.groep AS wijk_code,
           b.reeks,
           b.tot_jaar
    FROM (SELECT DISTINCT groep, reeks, van_jaar, tot_jaar FROM wijkafscherming WHERE niveau = 'buurt') AS b
    JOIN wijkafscherming AS w
        ON w.niveau = 'wijk' AND w.regio_code = b.groep AND w.reeks = b.reeks
        AND w.tot_jaar BETWEEN b.van_jaar AND b.tot_jaar
    GROUP BY b.groep, b.reeks, b.van_jaar, b.tot_jaar
    HAVING count(*) FILTER (WHERE w.uitkomst = 'waarde') = b.tot_jaar - b.van_jaar + 1
),
namen AS (
    SELECT w.reeks,
           coalesce(max(r.naam), min(s.naam)) AS naam
    FROM wijkregels AS w
    LEFT JOIN reeks AS r ON r.reeks = w.reeks
    LEFT JOIN ruw_wijksoort AS s ON s.bron = w.bron AND s.soort_code = w.soort_code
    GROUP BY w.reeks
),
-- Bij de gemeente van de wijktabel zelf, niet bij die van de gemeentetabel: dat zijn twee tellingen.
geen_wijk AS (
    SELECT w.reeks,
           c.jaar,
           CAST(sum(CASE WHEN c.niveau = 'gemeente' THEN c.waarde ELSE -c.waarde END) AS BIGINT) AS aantal
    FROM wijkcijfers AS c
    JOIN wijkregels AS w ON w.bron = c.bron AND w.soort_code = c.soort_code
    WHERE c.niveau IN ('gemeente', 'wijk')
    GROUP BY w.reeks, c.jaar
    HAVING count(c.waarde) = count(*)
       AND sum(CASE WHEN c.niveau = 'gemeente' THEN c.waarde ELSE -c.waarde END) >= 0
),
beslist AS (
    SELECT a.regio_code,
           a.reeks,
           a.niveau,
           a.van_jaar,
           a.tot_jaar,
           a.waarde,
           CASE WHEN a.niveau = 'buurt' AND a.waarde IS NOT NULL AND o.wijk_code IS NULL THEN 'verborgen' ELSE a.uitkomst END AS reden,
           a.bron,
           a.peildatum
    FROM wijkafscherming AS a
    LEFT JOIN open_wijken AS o ON o.wijk_code = a.groep AND o.reeks = a.reeks AND o.tot_jaar = a.tot_jaar
    UNION ALL
    SELECT t.regio_code,
           t.reeks,
           'wijk' AS niveau,
           t.tot_jaar AS van_jaar,
           t.tot_jaar,
           t.waarde,
           t.uitkomst AS reden,
           t.bron,
           t.peildatum
    FROM wijktotaal AS t
)
SELECT b.regio_code,
       g.naam AS regio,
       g.niveau,
       g.wijk_code,
       b.reeks,
       n.naam AS reeks_naam,
       CASE WHEN b.van_jaar = b.tot_jaar THEN CAST(b.tot_jaar AS VARCHAR) ELSE concat(CAST(b.van_jaar AS VARCHAR), '-', CAST(b.tot_jaar AS VARCHAR)) END AS periode,
       b.van_jaar,
       b.tot_jaar,
       CASE WHEN b.reden = 'waarde' THEN b.waarde END AS waarde,
       b.reden,
       CASE b.reden
           WHEN 'waarde' THEN CAST(b.waarde AS VARCHAR)
           WHEN 'kleiner_dan_drempel' THEN concat('<', CAST(CAST(k.wijk_drempel AS BIGINT) AS VARCHAR))
           WHEN 'verborgen' THEN 'verborgen'
           ELSE '–'
       END AS weergave,
       i.inwoners,
       CASE WHEN b.reden = 'waarde' THEN round(1000.0 * b.waarde / nullif(i.inwoners, 0), 6) END AS per_1000,
       CASE
           WHEN b.van_jaar < b.tot_jaar THEN 'geen inwonertal bij een som van jaren'
           WHEN i.inwoners IS NULL THEN 'geen inwonertal van dit jaar op deze indeling'
           ELSE concat(i.bron, ', indeling ', CAST(g.indeling AS VARCHAR))
       END AS inwoners_uitleg,
       CASE WHEN g.niveau = 'wijk' AND b.reden NOT IN ('niet_gepubliceerd', 'ontbreekt') THEN z.aantal END AS zonder_wijk,
       b.bron,
       b.peildatum
FROM beslist AS b
JOIN wijk_buurt AS g ON g.regio_code = b.regio_code
JOIN namen AS n ON n.reeks = b.reeks
LEFT JOIN geen_wijk AS z ON z.reeks = b.reeks AND z.jaar = b.tot_jaar
CROSS JOIN conventie AS k
LEFT JOIN wijk_bevolking AS i
    ON i.regio_code = b.regio_code AND i.jaar = b.tot_jaar AND b.van_jaar = b.tot_jaar AND i.jaar = g.indeling
