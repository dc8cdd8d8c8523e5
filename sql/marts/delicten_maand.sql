-- doel:    Elke reeks per gemeente en maand, met de laatste twaalf maanden en het jaar tot nu toe naast dezelfde maanden van het jaar ervoor.
-- korrel:  een rij per gemeente, reeks en maand, waar de bron maanden heeft
-- sleutel: regio_code, reeks, jaar, maand
-- kolommen:
--   regio_code   | gemeente, zie regio
--   reeks        | sleutel van de reeks, zie reeks
--   periode_code | code van de bron: 2019MM01 is januari 2019
--   jaar         | kalenderjaar
--   maand        | maand 1-12
--   waarde       | aantal geregistreerde misdrijven; leeg waar het niet te geven is; maanden en jaren worden nooit samen opgeteld
--   reden        | waarde, nul, niet_gepubliceerd (een deel verschijnt alleen per jaar, of de reeks is nog niet te vergelijken), onmogelijk, geheim of ontbreekt
--   twaalf_maanden | deze maand en de elf ervoor samen; leeg als er een ontbreekt
--   jaar_tot_nu  | januari tot en met deze maand; leeg als er een ontbreekt
--   jaar_tot_nu_vorig | dezelfde maanden van het jaar ervoor; leeg als er een ontbreekt
--   verschil_vorig | jaar_tot_nu min jaar_tot_nu_vorig
--   status       | het woord van de bron
--   bron         | tabel van de bron
--   peildatum    | de dag waarop de cijfers van deze maand zo bekend waren
WITH nodig AS (
    SELECT reeks,
           count(*) AS delen
    FROM samenstelling
    WHERE laag = 'reeks'
    GROUP BY reeks
),
gemeenten AS (
    SELECT regio_code
    FROM regio
    WHERE niveau = 'gemeente' AND in_te_delen
),
maanden AS (
    SELECT periode_code,
           jaar,
           maand
    FROM periode
    WHERE soort = 'maand'
),
cijfers AS (
    SELECT m.bron, m.soort_code, m.regio_code, p.periode_code, p.jaar, p.maand, m.waarde, m.reden, m.status, m.peildatum
    FROM misdrijven AS m
    JOIN maanden AS p ON p.periode_code = m.periode_code
    JOIN gemeenten AS g ON g.regio_code = m.regio_code
    UNION ALL
    SELECT o.bron, o.soort_code, o.regio_code, p.periode_code, p.jaar, p.maand, o.waarde, o.reden, o.status, o.peildatum
    FROM overlast AS o
    JOIN maanden AS p ON p.periode_code = o.periode_code
    JOIN gemeenten AS g ON g.regio_code = o.regio_code
),
geteld AS (
    SELECT c.regio_code,
           s.reeks,
           c.jaar,
           c.maand,
           min(c.periode_code) AS periode_code,
           min(s.vanaf_jaar) AS vanaf_jaar,
           count(c.waarde) AS gevuld,
           CAST(sum(c.waarde) AS BIGINT) AS som,
           count(*) FILTER (WHERE c.reden = 'niet_gepubliceerd') AS niet_gepubliceerd,
           count(*) FILTER (WHERE c.reden = 'onmogelijk') AS onmogelijk,
           count(*) FILTER (WHERE c.reden = 'geheim') AS geheim,
           max(c.status) AS status,
           min(c.bron) AS bron,
           min(c.peildatum) AS peildatum
    FROM samenstelling AS s
    JOIN cijfers AS c ON c.bron = s.bron AND c.soort_code = s.soort_code
    WHERE s.laag = 'reeks'
    GROUP BY c.regio_code, s.reeks, c.jaar, c.maand
),
geduid AS (
    SELECT g.regio_code,
           g.reeks,
           g.periode_code,
           g.jaar,
           g.maand,
           CASE WHEN g.jaar >= coalesce(g.vanaf_jaar, g.jaar) AND g.gevuld = n.delen THEN g.som END AS waarde,
           CASE
               WHEN g.jaar < g.vanaf_jaar THEN 'niet_gepubliceerd'
               WHEN g.gevuld = n.delen AND g.som > 0 THEN 'waarde'
               WHEN g.gevuld = n.delen THEN 'nul'
               WHEN g.niet_gepubliceerd > 0 THEN 'niet_gepubliceerd'
               WHEN g.onmogelijk > 0 THEN 'onmogelijk'
               WHEN g.geheim > 0 THEN 'geheim'
               ELSE 'ontbreekt'
           END AS reden,
           g.status,
           g.bron,
           g.peildatum
    FROM geteld AS g
    JOIN nodig AS n ON n.reeks = g.reeks
),
gelopen AS (
    SELECT regio_code, reeks, periode_code, jaar, maand, waarde, reden, status, bron, peildatum,
           12 * jaar + maand AS volgnummer,
           CASE WHEN count(waarde) OVER dit_jaar = maand THEN sum(waarde) OVER dit_jaar END AS jaar_tot_nu
    FROM geduid
    WINDOW dit_jaar AS (PARTITION BY regio_code, reeks, jaar ORDER BY maand ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)
),
-- Elf maanden terug is alleen de elfde rij ervoor als er geen maand tussenuit is.
vergeleken AS (
    SELECT regio_code, reeks, periode_code, jaar, maand, waarde, reden, status, bron, peildatum, jaar_tot_nu,
           CASE WHEN count(waarde) OVER een_jaar = 12 AND min(volgnummer) OVER een_jaar = volgnummer - 11
                THEN sum(waarde) OVER een_jaar END AS twaalf_maanden,
           CASE WHEN lag(volgnummer, 12) OVER op_tijd = volgnummer - 12
                THEN lag(jaar_tot_nu, 12) OVER op_tijd END AS jaar_tot_nu_vorig
    FROM gelopen
    WINDOW een_jaar AS (PARTITION BY regio_code, reeks ORDER BY jaar, maand ROWS BETWEEN 11 PRECEDING AND CURRENT ROW),
           op_tijd AS (PARTITION BY regio_code, reeks ORDER BY jaar, maand)
)
SELECT regio_code,
       reeks,
       periode_code,
       jaar,
       maand,
       waarde,
       reden,
       CAST(twaalf_maanden AS BIGINT) AS twaalf_maanden,
       CAST(jaar_tot_nu AS BIGINT) AS jaar_tot_nu,
       CAST(jaar_tot_nu_vorig AS BIGINT) AS jaar_tot_nu_vorig,
       CAST(jaar_tot_nu - jaar_tot_nu_vorig AS BIGINT) AS verschil_vorig,
       status,
       bron,
       peildatum
FROM vergeleken
