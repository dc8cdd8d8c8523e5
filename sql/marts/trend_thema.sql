-- doel:    Het verloop van de thema's van paragraaf 4 die politiecijfers hebben; misdrijven en overlast worden nooit opgeteld.
-- korrel:  een rij per thema en jaar
-- sleutel: thema, jaar
-- kolommen:
--   thema        | sleutel van het thema
--   paragraaf    | nummer zoals in de nota gedrukt
--   naam         | naam van het thema
--   jaar         | kalenderjaar
--   waarde       | som van de reeksen van het thema; leeg waar er geen cijfer is
--   reden        | waarde, nul, niet_gepubliceerd, onmogelijk, geheim of ontbreekt
--   basis        | som in het basisjaar
--   index_2019   | waarde met het basisjaar op 100; leeg onder de grens voor percentages
--   ondergrens   | ondergrens van het 95%-interval van waarde
--   bovengrens   | bovengrens van het 95%-interval van waarde
--   oordeel      | oordeel ten opzichte van het basisjaar
--   oordeel_vorig | oordeel ten opzichte van het jaar ervoor
--   voorbehoud   | alle voorbehouden van de rij, gescheiden door een puntkomma
--   voorbehoud_basis | voorbehoud bij de vergelijking met het basisjaar
--   voorbehoud_vorig | voorbehoud bij de vergelijking met het jaar ervoor
--   p_waarde     | p-waarde tegen het basisjaar
--   p_holm       | p-waarde na correctie van Holm over de thema's
--   teken        | teken bij het oordeel
--   bron         | tabel van de bron
--   peildatum    | de dag waarop de cijfers zo bekend waren
WITH zin AS (
    SELECT v.laag,
           v.reeks,
           v.jaar,
           string_agg(DISTINCT f.frase, '; ' ORDER BY f.frase) AS alles,
           string_agg(DISTINCT f.frase, '; ' ORDER BY f.frase) FILTER (WHERE v.vergelijking = 'basis') AS basis,
           string_agg(DISTINCT f.frase, '; ' ORDER BY f.frase) FILTER (WHERE v.vergelijking = 'vorig') AS vorig
    FROM eigen_voorbehoud AS v
    JOIN frasen AS f ON f.code = v.code
    GROUP BY v.laag, v.reeks, v.jaar
)
SELECT t.thema,
       t.paragraaf,
       t.naam,
       e.jaar,
       e.waarde,
       e.reden,
       e.basis,
       CASE WHEN e.basis >= k.percentage_vanaf THEN round(100.0 * e.waarde / e.basis, 6) END AS index_2019,
       e.ondergrens,
       e.bovengrens,
       fb.frase AS oordeel,
       fv.frase AS oordeel_vorig,
       z.alles AS voorbehoud,
       z.basis AS voorbehoud_basis,
       z.vorig AS voorbehoud_vorig,
       ob.p AS p_waarde,
       ob.p_holm,
       fb.teken,
       e.bron,
       e.peildatum
FROM eigen_reeks AS e
CROSS JOIN conventie AS k
JOIN thema AS t ON t.thema = e.reeks
JOIN eigen_oordeel AS ob ON ob.laag = e.laag AND ob.reeks = e.reeks AND ob.jaar = e.jaar AND ob.vergelijking = 'basis'
JOIN eigen_oordeel AS ov ON ov.laag = e.laag AND ov.reeks = e.reeks AND ov.jaar = e.jaar AND ov.vergelijking = 'vorig'
JOIN frasen AS fb ON fb.code = ob.oordeel_code
JOIN frasen AS fv ON fv.code = ov.oordeel_code
LEFT JOIN zin AS z ON z.laag = e.laag AND z.reeks = e.reeks AND z.jaar = e.jaar
WHERE e.laag = 'thema'
