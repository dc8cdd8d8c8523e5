-- ernst:    fout
-- doel:     Een tabel mag niet krimpen: minder rijen dan in de vorige publicatie is een fout tot een mens haar aanvaardt.
-- getoetst: het aantal rijen van elke tabel naast de vorige publicatie
-- kolommen:
--   sleutel   | waar het om gaat
--   bevinding | wat er is gevonden, in woorden
SELECT tabel AS sleutel,
       concat('tabel ', tabel, ' heeft ', rijen, ' rijen en had er ', rijen_vorig) AS bevinding
FROM ruw_omvang
WHERE rijen < rijen_vorig
