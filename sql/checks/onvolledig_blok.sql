-- ernst:    fout
-- doel:     Een bestand van de politietabel is een vol blok: elke soort voor elke regio en elke periode; wat mist, is afgekapt.
-- getoetst: het aantal rijen van elk bestand naast het product van zijn soorten, regio's en perioden
-- kolommen:
--   sleutel   | waar het om gaat
--   bevinding | wat er is gevonden, in woorden
SELECT bestand AS sleutel,
       concat(bestand, ' heeft ', count(*), ' rijen, verwacht ',
              count(DISTINCT soort_code) * count(DISTINCT regio_code) * count(DISTINCT periode_code)) AS bevinding
FROM ruw_misdrijven
GROUP BY bestand
HAVING count(*) <> count(DISTINCT soort_code) * count(DISTINCT regio_code) * count(DISTINCT periode_code)
