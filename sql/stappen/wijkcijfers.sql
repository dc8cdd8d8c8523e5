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
           TRY_CAST(left(r.periode_code, 4) AS INTEGER) AS jaar,
           r.waarde,
           r.teken,
           r.peildatum,
           w.soort_code IS NOT NULL AS is_achtergehouden,
           coalesce(s.is_totaal, false) AS is_totaal,
           CASE left(r.regio_code, 2) WHEN 'GM' THEN 'gemeente' WHEN 'WK' THEN 'wijk' ELSE 'buurt' END AS niveau,
           row_number() OVER (PARTITION BY r.bron, r.soort_code, r.regio_code, r.periode_code ORDER BY r.bestand DESC) AS volgnummer
    FROM ruw_wijkcijfers AS r
    JOIN nieuwste AS n ON n.bron = r.bron AND n.peildatum = r.peildatum
    JOIN ruw_wijkregio AS g ON g.bron = r.bron AND g.regio_code = r.regio_code
    LEFT JOIN ruw_wijksoort AS s ON s.bron = r.bron AND s.soort_code = r.soort_code
    LEFT JOIN ruw_wijk_niet_gepubliceerd AS w ON w.bron = r.bron AND w.soort_code = r.soort_code
    -- Een ander soort periode telt niet mee, en een jaar dat nog liep ook niet: zie de controle perioden.
    WHERE r.periode_code ~ '^[1-9][0-9]{3}JJ00$'
      AND TRY_CAST(left(r.periode_code, 4) AS INTEGER) < extract(YEAR FROM r.peildatum)
),
gelezen AS (
    -- De ene levering vult met nul, de andere laat leeg. Staat er in een hele levering nergens een nul, dan is leeg haar nul: in een
    -- regio en jaar met een getal, en in een zonder waar de andere regio's samen al geven waar zij in ligt. Anders is leeg onbekend.
    SELECT bron,
           soort_code,
           regio_code,
           niveau,
           jaar,
           waarde,
           teken,
           peildatum,
           is_achtergehouden,
           max(CASE WHEN waarde = 0 AND NOT is_achtergehouden THEN 1 ELSE 0 END) OVER (PARTITION BY bron) AS heeft_nul,
           max(waarde) OVER (PARTITION BY bron, regio_code, jaar) AS hoogste_soort,
           max(CASE WHEN niveau <> 'gemeente' THEN waarde END) OVER (PARTITION BY bron, soort_code, jaar) AS hoogste_wijk,
           max(CASE WHEN niveau = 'gemeente' THEN waarde END) OVER (PARTITION BY bron, soort_code, jaar) AS gemeente,
           max(waarde) OVER (PARTITION BY bron, jaar) AS hoogste_jaar,
           sum(CASE WHEN is_totaal AND niveau = 'buurt' THEN waarde END) OVER (PARTITION BY bron, jaar) AS alle_buurten,
           sum(CASE WHEN is_totaal AND niveau = 'wijk' THEN waarde END) OVER (PARTITION BY bron, jaar) AS alle_wijken,
           sum(CASE WHEN is_totaal AND niveau = 'gemeente' THEN waarde END) OVER (PARTITION BY bron, jaar) AS hele_gemeente
    FROM genummerd
    WHERE volgnummer = 1
),
eigen AS (
    SELECT m.soort_code,
           p.jaar,
           m.waarde
    FROM misdrijven AS m
    JOIN periode AS p ON p.periode_code = m.periode_code AND p.soort = 'jaar'
    JOIN beleid AS b ON b.gemeente = m.regio_code
),
geduid AS (
    SELECT g.bron,
           g.soort_code,
           g.regio_code,
           g.niveau,
           g.jaar,
           g.waarde,
           CASE
               WHEN g.waarde <> 0 THEN 'waarde'
               WHEN g.teken = 'geheim' THEN 'geheim'
               WHEN g.teken = 'onmogelijk' THEN 'onmogelijk'
               -- De tabel vult leeg met nul: bij een soort die de politie hier achterhoudt, is nul geen cijfer. Dat is zij ook zonder
               -- dat iemand het zei, als zij in geen enkele wijk voorkomt en in de gemeente vaak.
               WHEN g.is_achtergehouden THEN 'niet_gepubliceerd'
               WHEN g.niveau <> 'gemeente' AND g.hoogste_jaar > 0
                   AND (g.hoogste_wijk = 0 OR (g.hoogste_wijk IS NULL AND g.heeft_nul = 0))
                   AND greatest(coalesce(g.gemeente, 0), coalesce(e.waarde, 0)) >= k.oordeel_vanaf THEN 'niet_gepubliceerd'
               WHEN g.waarde = 0 THEN 'nul'
               WHEN g.heeft_nul = 0 AND (g.hoogste_soort > 0 OR (g.niveau = 'buurt' AND g.alle_buurten = g.alle_wijken)
                   OR (g.niveau = 'wijk' AND g.alle_wijken = g.hele_gemeente)) THEN 'nul'
               ELSE 'ontbreekt'
           END AS reden,
           g.peildatum
    FROM gelezen AS g
    CROSS JOIN conventie AS k
    LEFT JOIN eigen AS e ON e.soort_code = g.soort_code AND e.jaar = g.jaar
)
SELECT bron,
       soort_code,
       regio_code,
       niveau,
       jaar,
       CASE reden WHEN 'waarde' THEN waarde WHEN 'nul' THEN 0 END AS waarde,
       reden,
       peildatum
FROM geduid
