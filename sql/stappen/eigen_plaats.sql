-- doel:    De plaats van de eigen gemeente in de vergelijking, voor de mand en de eigen benaderingen: wat het rapport daarvan toont.
-- korrel:  een rij per reeks en jaar
-- sleutel: reeks, jaar
-- kolommen:
--   reeks      | sleutel van de reeks of de benadering
--   naam       | naam; bij een eigen benadering zegt hij dat zij dat is
--   jaar       | kalenderjaar
--   per_1000   | aantal per 1.000 inwoners
--   rang       | plaats, 1 is de meeste per inwoner
--   rang_van   | hoogste plaats die het ook had kunnen zijn
--   rang_tot   | laagste plaats die het ook had kunnen zijn
--   gerangschikt | aantal gemeenten met een plaats
--   trechter_onder | ondergrens van de trechter, per 1.000 inwoners
--   trechter_boven | bovengrens van de trechter, per 1.000 inwoners
--   oordeel    | hoe de gemeente bij vergelijkbare gemeenten ligt
--   voorbehoud | bij een eigen benadering: dat zij dat is
--   bron       | tabel van de bron
--   peildatum  | de dag waarop de cijfers zo bekend waren
SELECT v.reeks,
       v.naam,
       v.jaar,
       v.per_1000,
       v.rang,
       v.rang_van,
       v.rang_tot,
       v.gerangschikt,
       v.trechter_onder,
       v.trechter_boven,
       v.oordeel,
       CASE WHEN v.eigen_benadering THEN v.naam END AS voorbehoud,
       v.bron,
       v.peildatum
FROM vergelijking AS v
JOIN beleid AS b ON b.gemeente = v.regio_code
LEFT JOIN reeks AS r ON r.reeks = v.reeks
WHERE v.rang IS NOT NULL AND (v.eigen_benadering OR r.familie = 'hoofd')
