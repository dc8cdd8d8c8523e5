-- doel:    Elke reeks, elk thema en elke eigen benadering per gemeente en jaar als som van codes; een som met een gat is geen getal, en een reeks zonder cijfers staat er leeg.
-- korrel:  een rij per laag, gemeente, reeks en jaar
-- sleutel: laag, regio_code, reeks, jaar
-- kolommen:
--   laag       | reeks, thema of benadering
--   regio_code | gemeente
--   reeks      | sleutel van de reeks, het thema of de benadering
--   jaar       | kalenderjaar
--   waarde     | aantal; leeg als een van de delen ontbreekt of de reeks nog niet te vergelijken is
--   reden      | waarde, nul, niet_gepubliceerd, onmogelijk, geheim of ontbreekt
--   status     | het woord van de bron
--   bron       | tabel van de bron
--   peildatum  | de dag waarop de cijfers zo bekend waren
--   afwijkend  | waar als het totaal van de bron of de soort overlast zelf in dit jaar op geen enkel niveau staat, zie niveau: dan is er niets mee te vergelijken
--   niveau     | op welk niveau het jaar staat; jaren op een ander niveau zijn niet met elkaar te vergelijken
WITH nodig AS (
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
    FROM cijfers_jaar
    GROUP BY regio_code, jaar
),
-- Een regio en jaar komen heel uit een versie, dus status en peildatum zijn die van al hun soorten.
bekend AS (
    SELECT bron,
           regio_code,
           jaar,
           max(status) AS status,
           min(peildatum) AS peildatum
    FROM cijfers_jaar
    GROUP BY bron, regio_code, jaar
),
niveaus AS (
    -- Elk niveau telt op vanaf 1, dus hun som is alleen gelijk waar ze allemaal gelijk zijn.
    SELECT bron,
           regio_code,
           jaar,
           min(niveau) = 0 AS afwijkend,
           sum(niveau) AS niveau
    FROM niveau
    GROUP BY bron, regio_code, jaar
),
stand AS (
    SELECT b.bron,
           b.regio_code,
           b.jaar,
           b.status,
           b.peildatum,
           coalesce(n.afwijkend, false) AS afwijkend,
           n.niveau
    FROM bekend AS b
    LEFT JOIN niveaus AS n ON n.bron = b.bron AND n.regio_code = b.regio_code AND n.jaar = b.jaar
),
geteld AS (
    SELECT s.laag,
           c.regio_code,
           s.reeks,
           c.jaar,
           count(c.waarde) AS gevuld,
           sum(c.waarde) AS som,
           count(*) FILTER (WHERE c.reden = 'niet_gepubliceerd') AS niet_gepubliceerd,
           count(*) FILTER (WHERE c.reden = 'onmogelijk') AS onmogelijk,
           count(*) FILTER (WHERE c.reden = 'geheim') AS geheim
    FROM samenstelling AS s
    JOIN cijfers_jaar AS c ON c.bron = s.bron AND c.soort_code = s.soort_code
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
           WHEN g.onmogelijk > 0 THEN 'onmogelijk'
           WHEN g.geheim > 0 THEN 'geheim'
           ELSE 'ontbreekt'
       END AS reden,
       t.status,
       n.bron,
       t.peildatum,
       coalesce(t.afwijkend, false) AS afwijkend,
       CAST(t.niveau AS BIGINT) AS niveau
FROM nodig AS n
CROSS JOIN plaatsen AS p
LEFT JOIN geteld AS g
    ON g.laag = n.laag AND g.reeks = n.reeks AND g.regio_code = p.regio_code AND g.jaar = p.jaar
LEFT JOIN stand AS t ON t.bron = n.bron AND t.regio_code = p.regio_code AND t.jaar = p.jaar
