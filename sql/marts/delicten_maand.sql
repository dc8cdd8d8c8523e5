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
WITH geduid AS (
    SELECT t.regio_code,
           t.reeks,
           p.periode_code,
           t.jaar,
           t.maand,
           t.waarde,
           t.reden,
           p.status,
           t.bron,
           t.peildatum
    FROM telling_maand AS t
    LEFT JOIN periode AS p ON p.jaar = t.jaar AND p.maand = t.maand
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
