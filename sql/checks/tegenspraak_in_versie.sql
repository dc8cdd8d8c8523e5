-- ernst:    fout
-- doel:     Twee bestanden van dezelfde versie mogen elkaar niet tegenspreken.
-- getoetst: alle gelezen rijen van de politietabel
-- kolommen:
--   sleutel   | waar het om gaat
--   bevinding | wat er is gevonden, in woorden
SELECT concat(soort_code, ' ', regio_code, ' ', periode_code, ' ', peildatum) AS sleutel,
       concat(soort_code, ' in ', regio_code, ' over ', periode_code, ' is ', coalesce(CAST(min(waarde) AS VARCHAR), 'leeg'), ' in ', min(bestand),
              ' en ', coalesce(CAST(max(waarde) AS VARCHAR), 'leeg'), ' in ', max(bestand)) AS bevinding
FROM ruw_misdrijven
GROUP BY bron, peildatum, soort_code, regio_code, periode_code
HAVING count(*) > 1
   AND (min(coalesce(waarde, -1)) <> max(coalesce(waarde, -1))
        OR min(coalesce(aangiften, -1)) <> max(coalesce(aangiften, -1))
        OR min(coalesce(internetaangiften, -1)) <> max(coalesce(internetaangiften, -1)))
