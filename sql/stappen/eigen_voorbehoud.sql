-- doel:    Wat bij een vergelijking gezegd moet worden: trendbreuk, een jaar dat op een ander niveau staat, voorlopig, niet-representatief jaar en wat er nog meer in het register staat.
-- korrel:  een rij per laag, reeks, jaar, vergelijking en voorbehoud
-- sleutel: laag, reeks, jaar, vergelijking, code
-- kolommen:
--   laag         | reeks of thema
--   reeks        | sleutel van de reeks of van het thema
--   jaar         | kalenderjaar
--   vergelijking | basis of vorig
--   code         | sleutel van het voorbehoud in frasen
--   blokkeert    | waar als de vergelijking daardoor niet te beoordelen is
WITH onderdeel AS (
    SELECT 'reeks' AS laag, reeks, reeks AS deel FROM reeks
    UNION ALL
    SELECT 'thema' AS laag, thema AS reeks, reeks AS deel FROM thema_reeksen
),
paar AS (
    SELECT e.laag, e.reeks, e.jaar, 'basis' AS vergelijking,
           least(e.jaar, b.basisjaar) AS eerste, greatest(e.jaar, b.basisjaar) AS laatste, b.basisjaar AS was_jaar, e.status, w.status AS was_status,
           e.afwijkend OR w.afwijkend OR coalesce(e.niveau <> w.niveau, false) AS ander_niveau
    FROM eigen_reeks AS e
    CROSS JOIN beleid AS b
    JOIN eigen_reeks AS w ON w.laag = e.laag AND w.reeks = e.reeks AND w.jaar = b.basisjaar
    WHERE e.jaar <> b.basisjaar AND e.waarde IS NOT NULL
    UNION ALL
    SELECT e.laag, e.reeks, e.jaar, 'vorig' AS vergelijking,
           e.jaar - 1 AS eerste, e.jaar AS laatste, e.jaar - 1 AS was_jaar, e.status, w.status AS was_status,
           e.afwijkend OR w.afwijkend OR coalesce(e.niveau <> w.niveau, false) AS ander_niveau
    FROM eigen_reeks AS e
    JOIN eigen_reeks AS w ON w.laag = e.laag AND w.reeks = e.reeks AND w.jaar = e.jaar - 1
    WHERE e.vorig IS NOT NULL AND e.waarde IS NOT NULL
),
gevonden AS (
    SELECT p.laag, p.reeks, p.jaar, p.vergelijking, 'voorbehoud_trendbreuk' AS code, k.blokkerend AS blokkeert
    FROM paar AS p
    JOIN onderdeel AS o ON o.laag = p.laag AND o.reeks = p.reeks
    JOIN trendbreuken AS k ON k.reeks = o.deel AND k.effect = 'breuk'
    WHERE k.datum > make_date(p.eerste, 1, 1) AND k.datum <= make_date(p.laatste, 12, 31)
    UNION ALL
    -- Een half jaar naast een heel jaar, of een aantal van voor een sprong naast een van erna: ook wie de sprong aanvaardt, krijgt
    -- er geen oordeel over.
    SELECT p.laag, p.reeks, p.jaar, p.vergelijking, 'voorbehoud_niveau' AS code, true AS blokkeert
    FROM paar AS p
    WHERE p.ander_niveau
    UNION ALL
    SELECT p.laag, p.reeks, p.jaar, p.vergelijking, 'voorbehoud_niet_representatief' AS code, false AS blokkeert
    FROM paar AS p
    JOIN niet_representatief AS n ON n.jaar = p.jaar OR n.jaar = p.was_jaar
    UNION ALL
    SELECT p.laag, p.reeks, p.jaar, p.vergelijking, 'voorbehoud_voorlopig' AS code, false AS blokkeert
    FROM paar AS p
    WHERE coalesce(p.status, '') <> 'definitief' OR coalesce(p.was_status, '') <> 'definitief'
    UNION ALL
    SELECT p.laag, p.reeks, p.jaar, p.vergelijking, 'voorbehoud_nulmeting_verschilt' AS code, false AS blokkeert
    FROM paar AS p
    JOIN eigen_reeks AS e ON e.laag = p.laag AND e.reeks = p.reeks AND e.jaar = p.was_jaar
    JOIN vastgesteld AS v ON v.reeks = p.reeks
    WHERE p.vergelijking = 'basis' AND p.laag = 'reeks' AND e.waarde <> v.waarde
    UNION ALL
    SELECT p.laag, p.reeks, p.jaar, p.vergelijking, 'voorbehoud_controles' AS code, false AS blokkeert
    FROM paar AS p
    JOIN onderdeel AS o ON o.laag = p.laag AND o.reeks = p.reeks
    JOIN reeks AS r ON r.reeks = o.deel AND r.hangt_af_van_controles
)
SELECT laag,
       reeks,
       jaar,
       vergelijking,
       code,
       bool_or(blokkeert) AS blokkeert
FROM gevonden
GROUP BY laag, reeks, jaar, vergelijking, code
