-- doel:    Uit welke codes van de bron elke reeks, elk thema en elke eigen benadering bestaat, tot op het laatste deel uitgeschreven.
-- korrel:  een rij per reeks en code
-- sleutel: laag, reeks, bron, soort_code
-- kolommen:
--   laag       | reeks, thema of benadering
--   reeks      | sleutel van de reeks, het thema of de benadering
--   bron       | tabel van de bron
--   soort_code | code van de bron
--   vanaf_jaar | eerste jaar waarin de reeks te vergelijken is, leeg als er geen grens is
WITH RECURSIVE delen AS (
    SELECT reeks,
           bron,
           soort_code,
           deel
    FROM reeks_delen
    UNION ALL
    SELECT d.reeks,
           r.bron,
           r.soort_code,
           r.deel
    FROM delen AS d
    JOIN reeks_delen AS r ON r.reeks = d.deel
),
codes AS (
    SELECT reeks,
           bron,
           soort_code
    FROM delen
    WHERE soort_code IS NOT NULL
    GROUP BY reeks, bron, soort_code
),
alles AS (
    SELECT 'reeks' AS laag,
           c.reeks,
           c.bron,
           c.soort_code,
           r.vanaf_jaar
    FROM codes AS c
    JOIN reeks AS r ON r.reeks = c.reeks
    UNION ALL
    SELECT 'thema' AS laag,
           t.thema AS reeks,
           c.bron,
           c.soort_code,
           r.vanaf_jaar
    FROM thema_reeksen AS t
    JOIN codes AS c ON c.reeks = t.reeks
    JOIN reeks AS r ON r.reeks = t.reeks
    UNION ALL
    SELECT 'benadering' AS laag,
           d.benadering AS reeks,
           d.bron,
           d.soort_code,
           CAST(NULL AS BIGINT) AS vanaf_jaar
    FROM benadering_delen AS d
)
SELECT laag,
       reeks,
       bron,
       soort_code,
       max(vanaf_jaar) OVER (PARTITION BY laag, reeks) AS vanaf_jaar
FROM alles
