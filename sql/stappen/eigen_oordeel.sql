-- doel:    De oordelen over de reeksen en thema's van de eigen gemeente: eerst de correctie van Holm, dan het eerste woord dat past.
-- korrel:  een rij per laag, reeks, jaar en vergelijking
-- sleutel: laag, reeks, jaar, vergelijking
-- kolommen:
--   laag         | reeks of thema
--   reeks        | sleutel van de reeks of van het thema
--   jaar         | kalenderjaar
--   vergelijking | basis (tegen het basisjaar) of vorig (tegen het jaar ervoor)
--   p            | p-waarde
--   p_holm       | p-waarde na correctie binnen de familie; leeg voor de hoofdreeks en voor wie te klein is
--   oordeel_code | sleutel van het oordeel in frasen
WITH vergelijkingen AS (
    SELECT e.laag, e.reeks, e.familie, e.jaar, 'basis' AS vergelijking,
           e.waarde, e.basis AS was, e.tau2, e.p_basis AS p, e.verhouding,
           e.jaar = b.basisjaar AS is_basisjaar
    FROM eigen_reeks AS e
    CROSS JOIN beleid AS b
    UNION ALL
    SELECT e.laag, e.reeks, e.familie, e.jaar, 'vorig' AS vergelijking,
           e.waarde, e.vorig AS was, e.tau2, e.p_vorig AS p, e.verhouding_vorig AS verhouding,
           false AS is_basisjaar
    FROM eigen_reeks AS e
),
geblokkeerd AS (
    SELECT laag, reeks, jaar, vergelijking
    FROM eigen_voorbehoud
    WHERE blokkeert
    GROUP BY laag, reeks, jaar, vergelijking
),
gewogen AS (
    SELECT v.laag, v.reeks, v.familie, v.jaar, v.vergelijking, v.waarde, v.was, v.tau2, v.p, v.verhouding,
           v.is_basisjaar,
           k.alfa,
           k.oordeel_vanaf,
           g.reeks IS NOT NULL AS blokkade,
           v.familie <> 'hoofd' AND v.was >= k.oordeel_vanaf AND v.p IS NOT NULL AND NOT v.is_basisjaar
               AND g.reeks IS NULL AS in_familie
    FROM vergelijkingen AS v
    CROSS JOIN conventie AS k
    LEFT JOIN geblokkeerd AS g
        ON g.laag = v.laag AND g.reeks = v.reeks AND g.jaar = v.jaar AND g.vergelijking = v.vergelijking
),
geordend AS (
    SELECT laag, reeks, familie, jaar, vergelijking, p,
           CAST(count(*) OVER (PARTITION BY laag, familie, jaar, vergelijking) AS DOUBLE) AS m,
           CAST(row_number() OVER (PARTITION BY laag, familie, jaar, vergelijking ORDER BY p, reeks) AS DOUBLE) AS j
    FROM gewogen
    WHERE in_familie
),
holm AS (
    SELECT laag, reeks, jaar, vergelijking,
           max(least(1.0, (m - j + 1.0) * p)) OVER (PARTITION BY laag, familie, jaar, vergelijking ORDER BY j
               ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS p_holm
    FROM geordend
)
SELECT g.laag,
       g.reeks,
       g.jaar,
       g.vergelijking,
       g.p,
       h.p_holm,
       CASE
           WHEN g.waarde IS NULL THEN 'geen_waarde'
           WHEN g.is_basisjaar THEN 'nulmeting'
           WHEN g.was IS NULL OR g.tau2 IS NULL OR g.p IS NULL OR g.blokkade THEN 'niet_te_beoordelen'
           WHEN g.was < g.oordeel_vanaf THEN 'te_klein'
           WHEN coalesce(h.p_holm, g.p) < g.alfa AND g.verhouding < 1.0 THEN 'lager'
           WHEN coalesce(h.p_holm, g.p) < g.alfa THEN 'hoger'
           WHEN g.p < g.alfa AND g.verhouding < 1.0 THEN 'mogelijk_lager'
           WHEN g.p < g.alfa THEN 'mogelijk_hoger'
           ELSE 'geen_verschil'
       END AS oordeel_code
FROM gewogen AS g
LEFT JOIN holm AS h
    ON h.laag = g.laag AND h.reeks = g.reeks AND h.jaar = g.jaar AND h.vergelijking = g.vergelijking
