-- ernst:    fout
-- doel:     Twee bestanden van dezelfde versie mogen elkaar niet tegenspreken.
-- getoetst: alle versies van de politietabel die uit meer dan een levering bestaan
-- telt:     dubbelen
-- kolommen:
--   sleutel   | waar het om gaat
--   stand     | wat de mens ervan ziet: de laagste en de hoogste waarde, met de dag van de versie
--   bevinding | wat er is gevonden, in woorden
SELECT concat(d.soort_code, ' ', d.regio_code, ' ', d.periode_code) AS sleutel,
       concat(CASE WHEN d.laagste < 0 THEN 'leeg' ELSE CAST(d.laagste AS VARCHAR) END, ' tegen ',
              CASE WHEN d.hoogste < 0 THEN 'leeg' ELSE CAST(d.hoogste AS VARCHAR) END, ' in ', e.naam, ' en ', l.naam) AS stand,
       concat(d.soort_code, ' in ', d.regio_code, ' over ', d.periode_code, ' is ', CASE WHEN d.laagste < 0 THEN 'leeg' ELSE CAST(d.laagste AS VARCHAR) END,
              ' tot ', CASE WHEN d.hoogste < 0 THEN 'leeg' ELSE CAST(d.hoogste AS VARCHAR) END, ' in ', e.naam, ' en ', l.naam) AS bevinding
FROM dubbelen AS d
JOIN bestanden AS e ON e.bestand = d.eerste_bestand
JOIN bestanden AS l ON l.bestand = d.laatste_bestand
WHERE NOT d.gelijk
