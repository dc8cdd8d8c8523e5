-- doel:    Het aantal van elke reeks per gemeente en maand, uit de soorten waaruit de reeks bestaat.
-- korrel:  een rij per gemeente, reeks en maand, waar de bron maanden heeft
-- sleutel: regio_code, reeks, jaar, maand
-- kolommen:
--   regio_code | gemeente
--   reeks      | sleutel van de reeks
--   jaar       | kalenderjaar
--   maand      | maand 1-12
--   waarde     | aantal; leeg waar het niet te geven is
--   reden      | waarde, nul, niet_gepubliceerd, onmogelijk, geheim of ontbreekt
--   bron       | tabel van de bron
--   peildatum  | de dag waarop de cijfers van deze maand zo bekend waren
WITH nodig AS (
    SELECT reeks,
           count(*) AS delen,
           min(vanaf_jaar) AS vanaf_jaar,
           min(bron) AS bron
    FROM samenstelling
    WHERE laag = 'reeks'
    GROUP BY reeks
),
-- Wat opgezocht wordt volgt als LEFT JOIN, en coalesce houdt het zo: de brede tabel wordt dan niet in het geheugen verzameld.
cijfers AS (
    SELECT m.bron, m.soort_code, m.regio_code, p.jaar, p.maand, m.waarde, m.reden, m.peildatum
    FROM misdrijven AS m
    LEFT JOIN periode AS p ON p.periode_code = m.periode_code
    LEFT JOIN regio AS g ON g.regio_code = m.regio_code
    WHERE coalesce(p.soort, '') = 'maand' AND coalesce(g.niveau, '') = 'gemeente' AND coalesce(g.in_te_delen, false)
    UNION ALL
    SELECT o.bron, o.soort_code, o.regio_code, p.jaar, p.maand, o.waarde, o.reden, o.peildatum
    FROM overlast AS o
    LEFT JOIN periode AS p ON p.periode_code = o.periode_code
    LEFT JOIN regio AS g ON g.regio_code = o.regio_code
    WHERE coalesce(p.soort, '') = 'maand' AND coalesce(g.niveau, '') = 'gemeente' AND coalesce(g.in_te_delen, false)
),
geteld AS (
    SELECT c.regio_code,
           s.reeks,
           c.jaar,
           c.maand,
           count(c.waarde) AS gevuld,
           CAST(sum(c.waarde) AS BIGINT) AS som,
           count(*) FILTER (WHERE c.reden = 'niet_gepubliceerd') AS niet_gepubliceerd,
           count(*) FILTER (WHERE c.reden = 'onmogelijk') AS onmogelijk,
           count(*) FILTER (WHERE c.reden = 'geheim') AS geheim,
           min(c.peildatum) AS peildatum
    FROM samenstelling AS s
    JOIN cijfers AS c ON c.bron = s.bron AND c.soort_code = s.soort_code
    WHERE s.laag = 'reeks'
    GROUP BY c.regio_code, s.reeks, c.jaar, c.maand
)
SELECT g.regio_code,
       g.reeks,
       g.jaar,
       g.maand,
       CASE WHEN g.jaar >= coalesce(n.vanaf_jaar, g.jaar) AND g.gevuld = n.delen THEN g.som END AS waarde,
       CASE
           WHEN g.jaar < n.vanaf_jaar THEN 'niet_gepubliceerd'
           WHEN g.gevuld = n.delen AND g.som > 0 THEN 'waarde'
           WHEN g.gevuld = n.delen THEN 'nul'
           WHEN g.niet_gepubliceerd > 0 THEN 'niet_gepubliceerd'
           WHEN g.onmogelijk > 0 THEN 'onmogelijk'
           WHEN g.geheim > 0 THEN 'geheim'
           ELSE 'ontbreekt'
       END AS reden,
       n.bron,
       g.peildatum
FROM geteld AS g
LEFT JOIN nodig AS n ON n.reeks = g.reeks
