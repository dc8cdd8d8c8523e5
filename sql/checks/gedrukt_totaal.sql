-- ernst:    waarschuwing
-- doel:     Een gedrukt totaal dat niet de som van zijn gedrukte rijen is.
-- getoetst: elk gedrukt totaal van de nota
-- telt:     aansluiting WHERE som_rijen IS NOT NULL
-- kolommen:
--   sleutel   | waar het om gaat
--   stand     | wat de mens ervan ziet: het gedrukte totaal en de som van de rijen
--   bevinding | wat er is gevonden, in woorden
SELECT concat(reeks, ' ', jaar) AS sleutel,
       concat(nota, ' tegen ', som_rijen) AS stand,
       concat('de nota drukt voor ', jaar, ' een totaal van ', nota, ', de rijen tellen op tot ', som_rijen) AS bevinding
FROM aansluiting
WHERE verschil_som <> 0
