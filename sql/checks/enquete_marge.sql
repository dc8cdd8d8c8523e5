-- ernst:    fout
-- doel:     Een uitkomst van een enquete ligt in het interval dat de bron erbij geeft; anders zijn waarde en grenzen verwisseld.
-- getoetst: elke uitkomst met een interval van de bron
-- telt:     monitor WHERE ondergrens IS NOT NULL
-- bron:     survey
-- kolommen:
--   sleutel   | waar het om gaat
--   stand     | wat de mens ervan ziet: de uitkomst en haar interval
--   bevinding | wat er is gevonden, in woorden
SELECT concat(indicator, ' ', instrument, ' ', regio_code, ' ', jaar) AS sleutel,
       concat(waarde, ' buiten ', ondergrens, ' tot ', bovengrens) AS stand,
       concat(naam, ' in ', regio, ' over ', jaar, ' volgens ', bron, ': uitkomst ', waarde, ', interval ', ondergrens, ' tot ', bovengrens) AS bevinding
FROM monitor
WHERE waarde < ondergrens OR waarde > bovengrens
