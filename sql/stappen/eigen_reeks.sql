-- doel:    De reeksen en thema's van de eigen gemeente naast hun basisjaar en hun vorige jaar, met intervallen en toetsen.
-- korrel:  een rij per laag, reeks en jaar
-- sleutel: laag, reeks, jaar
-- kolommen:
--   laag             | reeks of thema
--   reeks            | sleutel van de reeks of van het thema
--   familie          | hoofd (niet gecorrigeerd), rijen of sommen: waarbinnen voor meervoudig toetsen wordt gecorrigeerd
--   jaar             | kalenderjaar
--   waarde           | aantal
--   reden            | waarde, nul, niet_gepubliceerd, onmogelijk, geheim of ontbreekt
--   status           | het woord van de bron
--   inwoners         | inwoners op 1 januari
--   basis            | aantal in het basisjaar
--   vorig            | aantal in het jaar ervoor
--   tau2             | extra variantie van jaar op jaar
--   ondergrens       | ondergrens van het 95%-interval van waarde
--   bovengrens       | bovengrens van het 95%-interval van waarde
--   verhouding       | verhouding tot het basisjaar, per inwoner
--   verhouding_onder | ondergrens van die verhouding
--   verhouding_boven | bovengrens van die verhouding
--   p_basis          | p-waarde tegen het basisjaar
--   verhouding_vorig | verhouding tot het jaar ervoor, per inwoner
--   verhouding_vorig_onder | ondergrens van die verhouding
--   verhouding_vorig_boven | bovengrens van die verhouding
--   p_vorig          | p-waarde tegen het jaar ervoor
--   peildatum        | de dag waarop de cijfers zo bekend waren
--   bron             | tabel van de bron
WITH eigen AS (
    SELECT t.laag,
           t.reeks,
           CASE WHEN t.laag = 'thema' THEN 'themas' ELSE r.familie END AS familie,
           t.jaar,
           t.waarde,
           t.reden,
           t.status,
           t.bron,
           t.peildatum,
           i.inwoners,
           b.basisjaar
    FROM telling_jaar AS t
    JOIN beleid AS b ON b.gemeente = t.regio_code
    LEFT JOIN reeks AS r ON r.reeks = t.reeks AND t.laag = 'reeks'
    LEFT JOIN bevolking AS i ON i.regio_code = t.regio_code AND i.jaar = t.jaar
    WHERE t.laag <> 'benadering'
),
naast AS (
    SELECT e.laag,
           e.reeks,
           e.familie,
           e.jaar,
           e.waarde,
           e.reden,
           e.status,
           e.bron,
           e.peildatum,
           CAST(e.waarde AS DOUBLE) AS x1,
           CAST(e.inwoners AS DOUBLE) AS n1,
           e.inwoners,
           e.basisjaar,
           basis.waarde AS basis,
           CAST(basis.waarde AS DOUBLE) AS x0,
           CAST(basis.inwoners AS DOUBLE) AS n0,
           vorig.waarde AS vorig,
           CAST(vorig.waarde AS DOUBLE) AS xv,
           CAST(vorig.inwoners AS DOUBLE) AS nv,
           d.tau2,
           k.alfa
    FROM eigen AS e
    CROSS JOIN conventie AS k
    LEFT JOIN eigen AS basis ON basis.laag = e.laag AND basis.reeks = e.reeks AND basis.jaar = e.basisjaar
    LEFT JOIN eigen AS vorig ON vorig.laag = e.laag AND vorig.reeks = e.reeks AND vorig.jaar = e.jaar - 1
    LEFT JOIN dispersie AS d ON d.laag = e.laag AND d.reeks = e.reeks
)
SELECT laag,
       reeks,
       familie,
       jaar,
       waarde,
       reden,
       status,
       inwoners,
       basis,
       vorig,
       tau2,
       count_lower(x1, tau2, alfa) AS ondergrens,
       count_upper(x1, tau2, alfa) AS bovengrens,
       rate_ratio(x0, x1, n0, n1) AS verhouding,
       rate_ratio_lower(x0, x1, n0, n1, tau2, alfa) AS verhouding_onder,
       rate_ratio_upper(x0, x1, n0, n1, tau2, alfa) AS verhouding_boven,
       CASE WHEN jaar <> basisjaar THEN pair_p_value(x0, x1, n0, n1, tau2) END AS p_basis,
       rate_ratio(xv, x1, nv, n1) AS verhouding_vorig,
       rate_ratio_lower(xv, x1, nv, n1, tau2, alfa) AS verhouding_vorig_onder,
       rate_ratio_upper(xv, x1, nv, n1, tau2, alfa) AS verhouding_vorig_boven,
       pair_p_value(xv, x1, nv, n1, tau2) AS p_vorig,
       peildatum,
       bron
FROM naast
