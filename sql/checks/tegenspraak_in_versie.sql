-- ernst:    fout
-- doel:     Twee bestanden van dezelfde versie mogen elkaar niet tegenspreken.
-- getoetst: alle gelezen rijen van de politietabel
-- kolommen:
--   sleutel   | waar het om gaat
--   bevinding | wat er is gevonden, in woorden
SELECT concat(soort_code, ' ', regio_code, ' ', periode_code, ' ', peildatum) AS sleutel,
       concat(soort_code, ' in ', regio_code, ' over ', periode_code, ' is ', CASE WHEN laagste < 0 THEN 'leeg' ELSE CAST(laagste AS VARCHAR) END,
              ' tot ', CASE WHEN hoogste < 0 THEN 'leeg' ELSE CAST(hoogste AS VARCHAR) END, ' in ', eerste_bestand, ' en ', laatste_bestand) AS bevinding
FROM dubbelen
WHERE NOT gelijk
