-- ernst:    waarschuwing
-- doel:     Een gedrukte cel die verder van de bron ligt dan een gewone herziening.
-- getoetst: de 81 gedrukte cellen van de nota
-- kolommen:
--   sleutel   | waar het om gaat
--   bevinding | wat er is gevonden, in woorden
SELECT concat(reeks, ' ', jaar) AS sleutel,
       concat(reeks, ' ', jaar, ': nota ', nota, ', politie nu ', bron, ' (', oordeel, ')') AS bevinding
FROM aansluiting
WHERE oordeel IN ('verschil, oorzaak onbekend', 'nota schatte dit jaar')
