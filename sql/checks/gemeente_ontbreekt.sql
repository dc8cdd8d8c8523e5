-- ernst:    fout
-- doel:     Een gemeente die uit een nieuwere versie verdween zonder dat de indeling veranderde, of een eigen gemeente waarover een versie niets zegt, is geen nieuws dat er niet was.
-- getoetst: elke gemeente in de nieuwste versie waarin het land een cijfer heeft, van misdrijven en overlast; de eigen gemeente ook als zij leeg is
-- telt:     optelcontrole WHERE volledig AND left(regio_code, 2) = 'GM'
-- bron:     tabel in sleutel
-- kolommen:
--   sleutel   | waar het om gaat
--   stand     | wat de mens ervan ziet: hoeveel perioden, in welke versie
--   bevinding | wat er is gevonden, in woorden
WITH standen AS (
    SELECT bron, peildatum, indeling, regio_code, periode_code,
           met_waarde > 0 OR totaal IS NOT NULL AS heeft_getal,
           uitkomst = 'sluit' AS is_nul
    FROM optelcontrole
    WHERE volledig AND left(regio_code, 2) IN ('NL', 'GM')
    UNION ALL
    SELECT v.bron, v.peildatum, v.indeling, v.regio_code, v.periode_code,
           v.waarde IS NOT NULL AS heeft_getal,
           false AS is_nul
    FROM overlast_versies AS v
    JOIN soort_overlast AS s ON s.soort_code = v.soort_code AND s.is_totaal
    WHERE left(v.regio_code, 2) IN ('NL', 'GM')
),
land AS (
    SELECT bron,
           periode_code,
           max(peildatum) AS peildatum,
           max(indeling) AS indeling
    FROM standen
    WHERE left(regio_code, 2) = 'NL' AND heeft_getal
    GROUP BY bron, periode_code
),
gemeenten AS (
    SELECT bron,
           regio_code,
           periode_code,
           max(peildatum) AS peildatum,
           max(indeling) AS indeling
    FROM standen
    WHERE left(regio_code, 2) = 'GM'
    GROUP BY bron, regio_code, periode_code
),
verdwenen AS (
    SELECT g.bron,
           g.regio_code,
           l.peildatum,
           max(g.peildatum) AS gezien,
           count(*) AS perioden
    FROM gemeenten AS g
    JOIN beleid AS b ON b.gemeente <> g.regio_code
    JOIN land AS l ON l.bron = g.bron AND l.periode_code = g.periode_code
    WHERE g.peildatum < l.peildatum
      AND coalesce(g.indeling, 0) = coalesce(l.indeling, 0)
    GROUP BY g.bron, g.regio_code, l.peildatum
),
-- In een kleine gemeente is een lege maand gewoon.
groot AS (
    SELECT o.bron,
           max(o.totaal) >= 12 * max(k.oordeel_vanaf) AS is_groot
    FROM optelcontrole AS o
    JOIN beleid AS b ON b.gemeente = o.regio_code
    JOIN periode AS p ON p.periode_code = o.periode_code AND p.soort = 'jaar'
    CROSS JOIN conventie AS k
    GROUP BY o.bron
),
eigen AS (
    SELECT l.bron,
           l.peildatum,
           l.periode_code
    FROM land AS l
    CROSS JOIN beleid AS b
    LEFT JOIN standen AS e
        ON e.bron = l.bron AND e.periode_code = l.periode_code AND e.peildatum = l.peildatum AND e.regio_code = b.gemeente
    LEFT JOIN periode AS p ON p.periode_code = l.periode_code
    LEFT JOIN groot AS g ON g.bron = l.bron
    WHERE e.regio_code IS NULL
       OR (NOT e.heeft_getal AND NOT e.is_nul AND (coalesce(p.soort, 'jaar') = 'jaar' OR coalesce(g.is_groot, true)))
)
SELECT concat('verdwenen ', v.bron, ' ', v.regio_code) AS sleutel,
       concat(v.perioden, ' perioden (', v.peildatum, ')') AS stand,
       concat(coalesce(r.naam, v.regio_code), ' (', v.regio_code, ') staat niet in de versie van ', v.peildatum, ' van ', v.bron, ' en nog wel in die van ', v.gezien,
              ' (', v.perioden, ' perioden), op dezelfde indeling; wat er van haar staat is oud') AS bevinding
FROM verdwenen AS v
LEFT JOIN regio AS r ON r.regio_code = v.regio_code
UNION ALL
SELECT concat('eigen ', e.bron, ' ', b.gemeente) AS sleutel,
       concat(count(*), ' perioden, ', min(e.periode_code), ' tot en met ', max(e.periode_code), ' (', e.peildatum, ')') AS stand,
       concat('over ', b.gemeente_naam, ' (', b.gemeente, ') zegt de versie van ', e.peildatum, ' van ', e.bron, ' niets waar het land wel een cijfer heeft: ',
              count(*), ' perioden, ', min(e.periode_code), ' tot en met ', max(e.periode_code)) AS bevinding
FROM eigen AS e
CROSS JOIN beleid AS b
GROUP BY e.bron, b.gemeente, b.gemeente_naam, e.peildatum
