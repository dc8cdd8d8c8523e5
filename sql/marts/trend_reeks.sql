-- doel:    Het verloop van elke reeks van de eigen gemeente, bron tegen bron: interval, toets, oordeel in woorden en voorbehoud.
-- korrel:  een rij per reeks en jaar
-- sleutel: reeks, jaar
-- kolommen:
--   reeks            | sleutel van de reeks
--   jaar             | kalenderjaar
--   waarde           | aantal volgens de politie nu
--   reden            | waarde, nul, niet_gepubliceerd, onmogelijk, geheim of ontbreekt
--   status           | het woord van de bron
--   basis            | aantal in het basisjaar volgens de politie nu
--   vorig            | aantal in het jaar ervoor
--   verschil         | waarde min basis
--   verschil_vorig   | waarde min vorig
--   verschil_pct     | verschil in procent van basis; leeg onder de grens voor percentages
--   verschil_vorig_pct | verschil in procent van vorig; leeg onder de grens voor percentages
--   index_2019       | waarde met het basisjaar op 100; leeg onder de grens voor percentages
--   ondergrens       | ondergrens van het 95%-interval van waarde
--   bovengrens       | bovengrens van het 95%-interval van waarde
--   per_1000         | aantal per 1.000 inwoners
--   oordeel          | oordeel ten opzichte van het basisjaar
--   oordeel_vorig    | oordeel ten opzichte van het jaar ervoor
--   voorbehoud       | alle voorbehouden van de rij, gescheiden door een puntkomma
--   voorbehoud_basis | voorbehoud bij de vergelijking met het basisjaar
--   voorbehoud_vorig | voorbehoud bij de vergelijking met het jaar ervoor
--   verhouding       | verhouding tot het basisjaar, per inwoner
--   verhouding_onder | ondergrens van die verhouding
--   verhouding_boven | bovengrens van die verhouding
--   p_waarde         | p-waarde tegen het basisjaar
--   p_holm           | p-waarde na correctie van Holm; leeg voor de hoofdreeks en voor wie te klein is
--   verhouding_vorig | verhouding tot het jaar ervoor, per inwoner
--   verhouding_vorig_onder | ondergrens van die verhouding
--   verhouding_vorig_boven | bovengrens van die verhouding
--   p_waarde_vorig   | p-waarde tegen het jaar ervoor
--   p_holm_vorig     | p-waarde na correctie van Holm
--   tau2             | extra variantie van jaar op jaar
--   teken            | teken bij het oordeel
--   teken_vorig      | teken bij het oordeel over het jaar ervoor
--   bron             | tabel van de bron
--   peildatum        | de dag waarop de cijfers zo bekend waren
WITH zin AS (
    SELECT v.laag, v.reeks, v.jaar,
           string_agg(DISTINCT f.frase, '; ' ORDER BY f.frase) AS alles,
           string_agg(DISTINCT f.frase, '; ' ORDER BY f.frase) FILTER (WHERE v.vergelijking = 'basis') AS basis,
           string_agg(DISTINCT f.frase, '; ' ORDER BY f.frase) FILTER (WHERE v.vergelijking = 'vorig') AS vorig
    FROM eigen_voorbehoud AS v
    JOIN frasen AS f ON f.code = v.code
    GROUP BY v.laag, v.reeks, v.jaar
)
SELECT e.reeks,
       e.jaar,
       e.waarde,
       e.reden,
       e.status,
       e.basis,
       e.vorig,
       e.waarde - e.basis AS verschil,
       e.waarde - e.vorig AS verschil_vorig,
       CASE WHEN e.basis >= k.percentage_vanaf THEN round(100.0 * (e.waarde - e.basis) / e.basis, 6) END AS verschil_pct,
       CASE WHEN e.vorig >= k.percentage_vanaf THEN round(100.0 * (e.waarde - e.vorig) / e.vorig, 6) END AS verschil_vorig_pct,
       CASE WHEN e.basis >= k.percentage_vanaf THEN round(100.0 * e.waarde / e.basis, 6) END AS index_2019,
       e.ondergrens,
       e.bovengrens,
       round(1000.0 * e.waarde / nullif(e.inwoners, 0), 6) AS per_1000,
       fb.frase AS oordeel,
       fv.frase AS oordeel_vorig,
       z.alles AS voorbehoud,
       z.basis AS voorbehoud_basis,
       z.vorig AS voorbehoud_vorig,
       e.verhouding,
       e.verhouding_onder,
       e.verhouding_boven,
       ob.p AS p_waarde,
       ob.p_holm,
       e.verhouding_vorig,
       e.verhouding_vorig_onder,
       e.verhouding_vorig_boven,
       ov.p AS p_waarde_vorig,
       ov.p_holm AS p_holm_vorig,
       e.tau2,
       fb.teken,
       fv.teken AS teken_vorig,
       e.bron,
       e.peildatum
FROM eigen_reeks AS e
CROSS JOIN conventie AS k
JOIN eigen_oordeel AS ob ON ob.laag = e.laag AND ob.reeks = e.reeks AND ob.jaar = e.jaar AND ob.vergelijking = 'basis'
JOIN eigen_oordeel AS ov ON ov.laag = e.laag AND ov.reeks = e.reeks AND ov.jaar = e.jaar AND ov.vergelijking = 'vorig'
JOIN frasen AS fb ON fb.code = ob.oordeel_code
JOIN frasen AS fv ON fv.code = ov.oordeel_code
LEFT JOIN zin AS z ON z.laag = e.laag AND z.reeks = e.reeks AND z.jaar = e.jaar
WHERE e.laag = 'reeks'
