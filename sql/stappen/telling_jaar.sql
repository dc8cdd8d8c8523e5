-- doel:    Elke reeks en elk thema per gemeente en jaar als som van codes; een som met een gat is geen getal, en een reeks zonder cijfers staat er leeg.
-- korrel:  een rij per laag, gemeente, reeks en jaar
-- sleutel: laag, regio_code, reeks, jaar
-- kolommen:
--   laag       | reeks of thema
--   regio_code | gemeente
--   reeks      | sleutel van de reeks of van het thema
--   jaar       | kalenderjaar
--   waarde     | aantal; leeg als een van de delen ontbreekt of de reeks nog niet te vergelijken is
--   reden      | waarde, nul, niet_gepubliceerd of ontbreekt
--   status     | het zwakste woord van de bron over de delen
--   bron       | tabel van de bron
--   peildatum  | de dag waarop de cijfers zo bekend waren
WITH cijfers AS (
    SELECT m.bron, m.soort_code, m.regio_code, p.jaar, m.waarde, m.reden, m.status, m.peildatum
    FROM misdrijven AS m
    JOIN periode AS p ON p.periode_code = m.periode_code AND p.soort = 'jaar'
    JOIN regio AS r ON r.regio_code = m.regio_code AND r.niveau = 'gemeente' AND r.in_te_delen
    WHERE m.soort_code IN (SELECT soort_code FROM samenstelling)
    UNION ALL
    SELECT o.bron, o.soort_code, o.regio_code, p.jaar, o.waarde, o.reden, o.status, o.peildatum
    FROM overlast AS o
    JOIN periode AS p ON p.periode_code = o.periode_code AND p.soort = 'jaar'
    JOIN regio AS r ON r.regio_code = o.regio_code AND r.niveau = 'gemeente' AND r.in_te_delen
),
nodig AS (
    SELECT laag,
           reeks,
           count(*) AS delen,
           max(vanaf_jaar) AS vanaf_jaar,
           min(bron) AS bron
    FROM samenstelling
    GROUP BY laag, reeks
),
plaatsen AS (
    SELECT regio_code,
           jaar
    FROM cijfers
    GROUP BY regio_code, jaar
),
geteld AS (
    SELECT s.laag,
           c.regio_code,
           s.reeks,
           c.jaar,
           count(c.waarde) AS gevuld,
           sum(c.waarde) AS som,
           count(*) FILTER (WHERE c.reden = 'niet_gepubliceerd') AS niet_gepubliceerd,
           -- De woorden staan ook op het alfabet van sterk naar zwak: definitief, nader_voorlopig, voorlopig.
           max(c.status) AS status,
           max(CASE WHEN c.reden IN ('geheim', 'onmogelijk') THEN c.reden END) AS bijzonder,
           min(c.peildatum) AS peildatum
    FROM samenstelling AS s
    JOIN cijfers AS c ON c.bron = s.bron AND c.soort_code = s.soort_code
    GROUP BY s.laag, c.regio_code, s.reeks, c.jaar
)
SELECT n.laag,
       p.regio_code,
       n.reeks,
       p.jaar,
       CASE WHEN p.jaar >= coalesce(n.vanaf_jaar, p.jaar) AND g.gevuld = n.delen THEN CAST(g.som AS BIGINT) END AS waarde,
       CASE
           WHEN p.jaar < n.vanaf_jaar THEN 'niet_gepubliceerd'
           WHEN g.gevuld = n.delen AND g.som > 0 THEN 'waarde'
           WHEN g.gevuld = n.delen THEN 'nul'
           WHEN g.niet_gepubliceerd > 0 THEN 'niet_gepubliceerd'
           ELSE coalesce(g.bijzonder, 'ontbreekt')
       END AS reden,
       g.status,
       n.bron,
       g.peildatum
FROM nodig AS n
CROSS JOIN plaatsen AS p
LEFT JOIN geteld AS g
    ON g.laag = n.laag AND g.reeks = n.reeks AND g.regio_code = p.regio_code AND g.jaar = p.jaar
