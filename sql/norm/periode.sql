-- doel:    De perioden van de politietabel met hun status volgens de bron.
-- korrel:  een rij per periode
-- sleutel: periode_code
-- kolommen:
--   periode_code | code van de bron: 2019JJ00 is een jaar, 2019MM01 een maand
--   jaar         | kalenderjaar
--   maand        | maand 1-12, leeg voor een jaar
--   soort        | jaar of maand
--   naam         | titel in de bron
--   status       | definitief, nader_voorlopig of voorlopig: het woord van de bron
--   bron         | tabel van de bron
SELECT periode_code,
       CAST(left(periode_code, 4) AS INT) AS jaar,
       CASE WHEN substr(periode_code, 5, 2) = 'MM' THEN CAST(right(periode_code, 2) AS INT) END AS maand,
       CASE substr(periode_code, 5, 2) WHEN 'JJ' THEN 'jaar' WHEN 'MM' THEN 'maand' END AS soort,
       naam,
       CASE status
           WHEN 'Definitief' THEN 'definitief'
           WHEN 'NaderVoorlopig' THEN 'nader_voorlopig'
           WHEN 'Voorlopig' THEN 'voorlopig'
       END AS status,
       bron
FROM ruw_periode
