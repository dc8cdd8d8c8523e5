-- doel:    Wat een jaarcijfer van een gemeente, wijk of buurt betekent. Dit wordt nooit gepubliceerd: kleine aantallen in kleine gebieden gaan over mensen.
-- korrel:  een rij per bron, soort, regio en jaar
-- sleutel: bron, soort_code, regio_code, jaar
-- kolommen:
--   bron       | tabel van de bron
--   soort_code | soort misdrijf of overlast
--   regio_code | gemeente, wijk of buurt
--   niveau     | gemeente, wijk of buurt
--   jaar       | kalenderjaar
--   waarde     | aantal
--   reden      | waarde, nul, niet_gepubliceerd, geheim, onmogelijk of ontbreekt
--   peildatum  | de dag waarop de cijfers zo bekend waren
WITH nieuwste AS (
    -- Een levering is heel, en haar regio's zijn die van een indeling: oudere leveringen tellen niet mee.
    SELECT bron,
           max(peildatum) AS peildatum
    FROM ruw_wijkcijfers
    GROUP BY bron
),
genummerd AS (
    SELECT r.bron,
           r.soort_code,
           r.regio_code,
           r.periode_code,
           r.waarde,
           r.teken,
           r.peildatum,
           row_number() OVER (PARTITION BY r.bron, r.soort_code, r.regio_code, r.periode_code ORDER BY r.bestand DESC) AS volgnummer
    FROM ruw_wijkcijfers AS r
    JOIN nieuwste AS n ON n.bron = r.bron AND n.peildatum = r.peildatum
    JOIN ruw_wijkregio AS g ON g.bron = r.bron AND g.regio_code = r.regio_code
    WHERE right(r.periode_code, 4) = 'JJ00'
),
geduid AS (
    SELECT g.bron,
           g.soort_code,
           g.regio_code,
           CAST(left(g.periode_code, 4) AS INTEGER) AS jaar,
           g.waarde,
           CASE
               WHEN g.waarde <> 0 THEN 'waarde'
               -- De tabel vult leeg met nul: bij een soort die de politie hier achterhoudt, is nul geen cijfer.
               WHEN n.soort_code IS NOT NULL THEN 'niet_gepubliceerd'
               WHEN g.waarde = 0 THEN 'nul'
               WHEN g.teken = 'geheim' THEN 'geheim'
               WHEN g.teken = 'onmogelijk' THEN 'onmogelijk'
               ELSE 'ontbreekt'
           END AS reden,
           g.peildatum
    FROM genummerd AS g
    LEFT JOIN ruw_wijk_niet_gepubliceerd AS n ON n.bron = g.bron AND n.soort_code = g.soort_code
    WHERE g.volgnummer = 1
)
SELECT bron,
       soort_code,
       regio_code,
       CASE left(regio_code, 2) WHEN 'GM' THEN 'gemeente' WHEN 'WK' THEN 'wijk' ELSE 'buurt' END AS niveau,
       jaar,
       CASE WHEN reden IN ('waarde', 'nul') THEN waarde END AS waarde,
       reden,
       peildatum
FROM geduid
