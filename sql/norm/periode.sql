-- doel:    De perioden van de politietabel met hun status volgens de bron.
-- korrel:  een rij per periode
-- sleutel: periode_code
-- kolommen:
--   periode_code | code van de bron: 2019JJ00 is een jaar, 2019MM01 een maand
--   jaar         | kalenderjaar; leeg voor een ander soort periode
--   maand        | maand 1-12, leeg voor een jaar
--   soort        | jaar of maand; leeg voor een ander soort periode, zoals een kwartaal: die telt nergens mee, zie de controle perioden
--   voorbij_op   | eerste dag na de periode; een stand van voor die dag heeft er niet alles van; leeg voor wat geen jaar of maand is of in geen kalender staat
--   naam         | titel in de bron
--   status       | definitief, nader_voorlopig of voorlopig: het woord van de bron
--   bron         | tabel van de bron
WITH herkend AS (
    SELECT periode_code,
           naam,
           status,
           bron,
           regexp_like(periode_code, '^[0-9]{4}JJ00$') AS is_jaar,
           regexp_like(periode_code, '^[0-9]{4}MM(0[1-9]|1[0-2])$') AS is_maand
    FROM ruw_periode
),
gedateerd AS (
    SELECT periode_code,
           naam,
           status,
           bron,
           is_jaar,
           is_maand,
           CASE WHEN is_jaar OR is_maand THEN TRY_CAST(left(periode_code, 4) AS INT) END AS jaar,
           CASE WHEN is_maand THEN TRY_CAST(right(periode_code, 2) AS INT) END AS maand
    FROM herkend
)
SELECT periode_code,
       jaar,
       maand,
       CASE WHEN is_jaar THEN 'jaar' WHEN is_maand THEN 'maand' END AS soort,
       CASE WHEN jaar < 1000 THEN NULL
            WHEN is_jaar OR maand = 12 THEN make_date(jaar + 1, 1, 1)
            WHEN is_maand THEN make_date(jaar, maand + 1, 1) END AS voorbij_op,
       naam,
       CASE status
           WHEN 'Definitief' THEN 'definitief'
           WHEN 'NaderVoorlopig' THEN 'nader_voorlopig'
           WHEN 'Voorlopig' THEN 'voorlopig'
       END AS status,
       bron
FROM gedateerd
