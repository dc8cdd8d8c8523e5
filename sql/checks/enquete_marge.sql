-- ernst:    fout
-- doel:     Een uitkomst van een enquete ligt in het interval dat de bron erbij geeft; anders zijn waarde en grenzen verwisseld.
-- getoetst: elke uitkomst met een interval van de bron
-- telt:     monitor WHERE ondergrens IS NOT NULL
-- kolommen:
--   sleutel   | waar het om gaat
--   bevinding | wat er is gevonden, in woorden
SELECT concat(indicator, ' ', instrument, ' ', regio_code, ' ', jaar) AS sleutel,
       concat(naam, ' in ', regio, ' over ', jaar, ' volgens ', bron, ': uitkomst ', waarde, ', interval ', ondergrens, ' tot ', bovengrens) AS bevinding
FROM monitor
WHERE waarde < ondergrens OR waarde > bovengrens
