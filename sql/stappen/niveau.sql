-- doel:    Of een jaarcijfer op het niveau van de jaren eromheen staat, of dat er maar een deel van het jaar in zit. Getoetst worden het totaal van elke bron en elke soort overlast die in een reeks telt.
-- korrel:  een rij per bron, soort, gemeente en jaar met een aantal
-- sleutel: bron, soort_code, regio_code, jaar
-- kolommen:
--   bron       | tabel van de bron
--   soort_code | het totaal, of een soort overlast
--   regio_code | gemeente
--   jaar       | kalenderjaar
--   waarde     | aantal
--   tegen      | het aantal waar het naast gelegd is: dat van het laatste jaar ervoor dat wel op een niveau staat
--   niveau     | volgnummer van het niveau waarop het jaar staat; 0 als het op geen enkel niveau staat. Een nieuw niveau begint waar zoveel jaren op rij als niveau_jaren zegt het met elkaar eens zijn en niet met wat ervoor kwam
--   is_sprong  | waar als het jaar op geen niveau staat of een nieuw niveau begint
WITH bewaakt AS (
    SELECT s.bron, s.soort_code, k.niveau_ondergrens AS onder, k.niveau_bovengrens AS boven, k.niveau_minimum AS minimum, k.niveau_jaren AS jaren
    FROM soort_misdrijf AS s
    CROSS JOIN conventie AS k
    WHERE s.is_totaal
    UNION ALL
    SELECT s.bron, s.soort_code, k.niveau_overlast_ondergrens AS onder, k.niveau_overlast_bovengrens AS boven,
           k.niveau_overlast_minimum AS minimum, k.niveau_jaren AS jaren
    FROM soort_overlast AS s
    CROSS JOIN conventie AS k
),
reeksen AS (
    SELECT c.bron,
           c.soort_code,
           c.regio_code,
           w.onder,
           w.boven,
           w.minimum,
           w.jaren AS niveau_jaren,
           array_agg(CAST(c.jaar AS DOUBLE)) AS jaren,
           array_agg(CAST(c.waarde AS DOUBLE)) AS waarden
    FROM cijfers_jaar AS c
    JOIN bewaakt AS w ON w.bron = c.bron AND w.soort_code = c.soort_code
    WHERE c.waarde IS NOT NULL
    GROUP BY c.bron, c.soort_code, c.regio_code, w.onder, w.boven, w.minimum, w.jaren
),
gepeild AS (
    SELECT bron,
           soort_code,
           regio_code,
           unnest(jaren) AS jaar,
           unnest(waarden) AS waarde,
           unnest(level_against(jaren, waarden, onder, boven, minimum, niveau_jaren)) AS tegen,
           unnest(level_number(jaren, waarden, onder, boven, minimum, niveau_jaren)) AS niveau
    FROM reeksen
),
gevolgd AS (
    SELECT bron,
           soort_code,
           regio_code,
           jaar,
           waarde,
           tegen,
           niveau,
           max(niveau) OVER (PARTITION BY bron, soort_code, regio_code ORDER BY jaar ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)
               AS niveau_ervoor
    FROM gepeild
)
SELECT bron,
       soort_code,
       regio_code,
       CAST(jaar AS INT) AS jaar,
       CAST(waarde AS BIGINT) AS waarde,
       CAST(tegen AS BIGINT) AS tegen,
       CAST(niveau AS BIGINT) AS niveau,
       niveau = 0.0 OR niveau > greatest(coalesce(niveau_ervoor, 1.0), 1.0) AS is_sprong
FROM gevolgd
