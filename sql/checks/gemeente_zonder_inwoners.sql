-- ernst:    waarschuwing
-- doel:     Een gemeentejaar zonder inwonertal op het eigen grondgebied heeft geen cijfer per inwoner.
-- getoetst: elke gemeente in elk jaar van de politietabel
-- telt:     delicten_jaar
-- kolommen:
--   sleutel   | waar het om gaat
--   stand     | wat de mens ervan ziet: waarom er geen aantal is
--   bevinding | wat er is gevonden, in woorden
SELECT concat(regio_code, ' ', jaar) AS sleutel,
       inwoners_uitleg AS stand,
       concat(regio, ' ', jaar, ': ', inwoners_uitleg) AS bevinding
FROM delicten_jaar
WHERE inwoners IS NULL
GROUP BY regio_code, regio, jaar, inwoners_uitleg
