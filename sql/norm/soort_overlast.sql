-- doel:    De soorten overlast van de politie, zoals de bron ze noemt.
-- korrel:  een rij per soort overlast
-- sleutel: soort_code
-- kolommen:
--   soort_code   | code van de politie, zonder aanvulling met spaties
--   naam         | titel in de bron; titels veranderen, codes niet
--   omschrijving | wat eronder valt
--   is_totaal    | waar voor het totaal van de bron; telt nooit mee in een som van rijen
--   volgorde     | plaats in de lijst van de bron
--   bron         | tabel van de bron
SELECT soort_code,
       naam,
       omschrijving,
       is_totaal,
       volgorde,
       bron
FROM ruw_overlast_soort
