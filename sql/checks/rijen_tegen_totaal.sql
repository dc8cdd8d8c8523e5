-- ernst:    fout
-- doel:     De rijen van een regio moeten optellen tot het totaal van de bron; alleen dan is leeg nul.
-- getoetst: elke regio en periode van elke volledige versie, zie optelcontrole
-- kolommen:
--   sleutel   | waar het om gaat
--   bevinding | wat er is gevonden, in woorden
SELECT concat(regio_code, ' ', periode_code, ' ', peildatum) AS sleutel,
       concat(regio_code, ' over ', periode_code, ': de rijen tellen op tot ', som, ', het totaal is ', coalesce(CAST(totaal AS VARCHAR), 'leeg')) AS bevinding
FROM optelcontrole
WHERE uitkomst = 'sluit niet'
