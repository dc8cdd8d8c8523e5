-- ernst:    waarschuwing
-- doel:     Een gedrukte cel die verder van de bron ligt dan een gewone herziening.
-- getoetst: elke gedrukte cel van de nota
-- telt:     aansluiting
-- kolommen:
--   sleutel   | waar het om gaat
--   stand     | wat de mens ervan ziet: de gedrukte cel en het cijfer van de politie nu
--   bevinding | wat er is gevonden, in woorden
SELECT concat(a.reeks, ' ', a.jaar) AS sleutel,
       concat(a.nota, ' -> ', a.bron) AS stand,
       concat(a.reeks, ' ', a.jaar, ': nota ', a.nota, ', politie nu ', a.bron, ' (', a.oordeel, ')') AS bevinding
FROM aansluiting AS a
JOIN frasen AS f ON f.frase = a.oordeel
WHERE f.code IN ('aansluiting_onbekend', 'aansluiting_geschat')
