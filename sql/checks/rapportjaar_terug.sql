-- ernst:    fout
-- doel:     Het rapportjaar gaat niet achteruit: een jaar dat al gepubliceerd is, verdwijnt niet vanzelf.
-- getoetst: het rapportjaar naast dat van de vorige publicatie
-- telt:     rapportjaar
-- kolommen:
--   sleutel   | waar het om gaat
--   stand     | wat de mens ervan ziet: het rapportjaar van de vorige publicatie en dat van nu
--   bevinding | wat er is gevonden, in woorden
SELECT 'rapportjaar' AS sleutel,
       concat(v.jaar, ' -> ', coalesce(CAST(max(r.jaar) AS VARCHAR), 'geen')) AS stand,
       concat('het rapportjaar was ', v.jaar, ' en is nu ', coalesce(CAST(max(r.jaar) AS VARCHAR), 'er niet')) AS bevinding
FROM ruw_vorig_rapportjaar AS v
LEFT JOIN rapportjaar AS r ON true
GROUP BY v.jaar
HAVING coalesce(max(r.jaar), 0) < v.jaar
