-- ernst:    fout
-- doel:     Een bestand van de bron mag elke sleutel maar een keer bevatten.
-- getoetst: alle gelezen rijen van de politietabel
-- kolommen:
--   sleutel   | waar het om gaat
--   bevinding | wat er is gevonden, in woorden
SELECT concat(bestand, ' ', soort_code, ' ', regio_code, ' ', periode_code) AS sleutel,
       concat(bestand, ': ', soort_code, ' in ', regio_code, ' over ', periode_code, ' staat er ', count(*), ' keer, ook op regel ', max(regel)) AS bevinding
FROM ruw_misdrijven
GROUP BY bestand, soort_code, regio_code, periode_code
HAVING count(*) > 1
