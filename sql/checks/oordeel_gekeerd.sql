-- ernst:    waarschuwing
-- doel:     Een oordeel of een plaats die keert zonder een delict meer of minder, komt van iets anders: van nieuwe inwoners bijvoorbeeld.
-- getoetst: oordelen en plaatsen van de eigen gemeente naast de vorige publicatie, waar de aantallen gelijk bleven
-- telt:     trend_reeks WHERE oordeel IS NOT NULL
-- kolommen:
--   sleutel   | waar het om gaat
--   stand     | wat de mens ervan ziet: het oordeel of de plaats van eerst en die van nu
--   bevinding | wat er is gevonden, in woorden
WITH thema AS (
    SELECT thema, naam, jaar, waarde, basis, oordeel, oordeel_vorig,
           lag(waarde) OVER (PARTITION BY thema ORDER BY jaar) AS vorig
    FROM trend_thema
),
trend AS (
    SELECT t.reeks, t.reeks AS naam, t.jaar, 'trend_reeks' AS tabel,
           t.basis = v.basis AS zelfde_basis, t.oordeel, v.oordeel AS oud,
           t.vorig = v.vorig AS zelfde_vorig, t.oordeel_vorig, v.oordeel_vorig AS oud_vorig
    FROM trend_reeks AS t
    JOIN ruw_vorig_oordeel_reeks AS v ON v.reeks = t.reeks AND v.jaar = t.jaar AND v.waarde = t.waarde
    UNION ALL
    SELECT concat('thema ', t.thema) AS reeks, concat('thema ', t.naam) AS naam, t.jaar, 'trend_thema' AS tabel,
           t.basis = v.basis AS zelfde_basis, t.oordeel, v.oordeel AS oud,
           t.vorig = v.vorig AS zelfde_vorig, t.oordeel_vorig, v.oordeel_vorig AS oud_vorig
    FROM thema AS t
    JOIN ruw_vorig_oordeel_thema AS v ON v.thema = t.thema AND v.jaar = t.jaar AND v.waarde = t.waarde
),
geteld AS (
    SELECT v.reeks,
           v.jaar,
           CAST(sum(v.waarde) AS BIGINT) AS samen,
           max(v.waarde) FILTER (WHERE v.regio_code = b.gemeente) AS waarde,
           max(v.rang) FILTER (WHERE v.regio_code = b.gemeente) AS rang,
           max(v.oordeel) FILTER (WHERE v.regio_code = b.gemeente) AS oordeel
    FROM vergelijking AS v
    CROSS JOIN beleid AS b
    GROUP BY v.reeks, v.jaar
),
naast AS (
    -- Een plaats hangt af van alle gemeenten: hun aantallen samen bleven gelijk.
    SELECT s.soort, g.reeks, g.reeks AS naam, g.jaar, 'vergelijking' AS tabel, s.wat,
           CASE s.soort WHEN 'plaats' THEN CAST(v.rang AS VARCHAR) ELSE v.oordeel END AS oud,
           CASE s.soort WHEN 'plaats' THEN CAST(g.rang AS VARCHAR) ELSE g.oordeel END AS nieuw
    FROM geteld AS g
    JOIN ruw_vorige_plaats AS v
        ON v.reeks = g.reeks AND v.jaar = g.jaar AND v.samen = g.samen AND v.waarde = g.waarde
    CROSS JOIN (
        SELECT 'plaats' AS soort, 'de plaats onder de gemeenten' AS wat
        UNION ALL
        SELECT 'trechter' AS soort, 'het oordeel naast vergelijkbare gemeenten' AS wat
    ) AS s
),
gekeerd AS (
    SELECT 'oordeel' AS soort, reeks, naam, jaar, tabel, 'het oordeel tegen het basisjaar' AS wat, oud, oordeel AS nieuw
    FROM trend
    WHERE zelfde_basis AND oordeel <> oud
    UNION ALL
    SELECT 'oordeel_vorig' AS soort, reeks, naam, jaar, tabel, 'het oordeel tegen het jaar ervoor' AS wat, oud_vorig AS oud, oordeel_vorig AS nieuw
    FROM trend
    WHERE zelfde_vorig AND oordeel_vorig <> oud_vorig
    UNION ALL
    SELECT soort, reeks, naam, jaar, tabel, wat, oud, nieuw
    FROM naast
    WHERE nieuw <> oud
),
bewogen AS (
    SELECT tabel,
           string_agg(DISTINCT bron, ' en ' ORDER BY bron) AS bronnen
    FROM ruw_bewogen
    GROUP BY tabel
)
SELECT concat(g.soort, ' ', g.reeks, ' ', g.jaar) AS sleutel,
       concat(g.oud, ' -> ', g.nieuw) AS stand,
       concat(g.naam, ' ', g.jaar, ': ', g.wat, ' ging van ', g.oud, ' naar ', g.nieuw, ' zonder een delict meer of minder in de reeks; ',
              CASE
                  WHEN b.bronnen IS NULL THEN 'geen bron gaf iets nieuws, het komt van een register, de SQL of het programma'
                  ELSE concat('nieuw was ', b.bronnen)
              END) AS bevinding
FROM gekeerd AS g
LEFT JOIN bewogen AS b ON b.tabel = g.tabel
