-- doel:    Elke reeks en elke eigen benadering per inwoner, en welke gemeenten daarin mee te vergelijken zijn.
-- korrel:  een rij per gemeente, reeks en jaar
-- sleutel: regio_code, reeks, jaar
-- kolommen:
--   laag       | reeks of benadering
--   regio_code | gemeente
--   reeks      | sleutel van de reeks of de benadering
--   jaar       | kalenderjaar
--   waarde     | aantal
--   inwoners   | inwoners op 1 januari, op het grondgebied van de politietabel
--   telt_mee   | waar voor wie een cijfer per inwoner heeft, in dat jaar al een gemeente was en geen afwijkend jaar heeft
--   vergelijkbaar | waar voor gemeenten met tussen de helft en het dubbele van het eigen inwonertal in het basisjaar
--   reden      | waarom er geen aantal is
--   afwijkend  | waar als het jaar op geen niveau staat, zie niveau
--   bron       | tabel van de bron
--   peildatum  | de dag waarop de cijfers zo bekend waren
SELECT t.laag,
       t.regio_code,
       t.reeks,
       t.jaar,
       t.waarde,
       i.inwoners,
       t.waarde IS NOT NULL AND coalesce(i.inwoners > 0, false) AND i.inwoners_eigen IS NOT NULL AND NOT t.afwijkend AS telt_mee,
       v.regio_code IS NOT NULL AS vergelijkbaar,
       t.reden,
       t.afwijkend,
       t.bron,
       t.peildatum
FROM telling_jaar AS t
LEFT JOIN bevolking AS i ON i.regio_code = t.regio_code AND i.jaar = t.jaar
LEFT JOIN vergelijkbaar AS v ON v.regio_code = t.regio_code
WHERE t.laag IN ('reeks', 'benadering')
