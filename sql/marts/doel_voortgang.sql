-- doel:    De stand van elk doel uit de nota, in woorden; zonder bewijs is geen doel gehaald.
-- korrel:  een rij per doel
-- sleutel: doel
-- kolommen:
--   doel          | nummer van het doel
--   paragraaf     | nummer van de paragraaf zoals gedrukt
--   thema         | sleutel van het thema, leeg voor de algemene doelen
--   volgorde      | plaats in de nota
--   tekst         | het doel in de woorden van de nota
--   soort         | NUM getal, COV alle gevallen, MIL mijlpaal, OND onderzoek, DOOR doorlopend
--   maat          | wat er gemeten wordt
--   drempel       | de drempel in woorden
--   streefwaarde  | de drempel als getal, leeg waar het doel geen getal heeft
--   eenheid       | eenheid van streefwaarde en waarde
--   richting      | aan welke kant van de drempel het doel gehaald is
--   basiswaarde   | waarde in jaar 0, zoals vastgesteld
--   basisjaar     | jaar 0
--   termijn       | uiterste dag, leeg voor doorlopende doelen
--   termijn_tekst | de termijn in woorden
--   rapportjaar   | jaar waarover het oordeel gaat
--   waarde        | nieuwste gemeten waarde, leeg zonder bewijs
--   waarde_tekst  | de meting in woorden
--   ondergrens    | ondergrens van het 95%-interval van waarde
--   bovengrens    | bovengrens van het 95%-interval van waarde
--   padwaarde     | waar de rechte weg van jaar 0 naar de drempel nu ligt
--   peildatum     | de dag waarop de waarde zo bekend was
--   oordeel       | de stand, uit de gesloten lijst van frasen
--   teken         | teken bij het oordeel
--   oordeel_herzien | hetzelfde tegen jaar 0 zoals de bron het nu telt; alleen bij een doel op een politiereeks
--   basiswaarde_herzien | jaar 0 zoals de bron het nu telt
--   streefwaarde_herzien | de drempel die daarbij hoort
--   padwaarde_herzien | de weg die daarbij hoort
--   bewijs        | waar het bewijs te vinden is
--   bron_meting   | waar de meting vandaan moet komen
--   bron          | tabel van de bron, nota of register
--   regel         | regel van de nota
--   toelichting   | wat bij dit doel gezegd moet worden
--   benadering    | eigen benadering die als achtergrond bij het doel staat, zie vergelijking; nooit het bewijs
--   achtergrond   | vragen van een enquete die niet het bewijs levert en als achtergrond bij het doel staan, zie monitor_indicator
WITH tellingen AS (
    SELECT 'vastgesteld' AS telling
    UNION ALL
    SELECT 'herzien' AS telling
),
beoordeeld AS (
    SELECT d.doel,
           n.telling,
           t.doel IS NOT NULL AS heeft_telling,
           CASE
               WHEN w.stand = 'nvt' THEN 'doel_nvt'
               WHEN d.beoordeelbaar = 'bron_gestopt' THEN 'doel_niet_beschikbaar'
               WHEN d.beoordeelbaar = 'nee' THEN 'doel_niet_te_beoordelen'
               WHEN d.soort IN ('NUM', 'COV') AND NOT w.representatief THEN 'doel_niet_te_beoordelen'
               WHEN d.soort IN ('NUM', 'COV') AND w.ander_niveau THEN 'doel_niet_te_beoordelen'
               WHEN d.soort IN ('NUM', 'COV') AND n.telling = 'herzien' AND w.basis_afwijkend THEN 'doel_niet_te_beoordelen'
               WHEN w.ander_instrument THEN 'doel_niet_te_beoordelen'
               WHEN w.klein_aantal THEN 'doel_klein_aantal'
               WHEN w.doel IS NULL AND j.einde > d.termijn THEN 'doel_termijn_verstreken'
               WHEN w.doel IS NULL THEN 'doel_geen_meting'
               WHEN j.jaar = b.basisjaar THEN 'doel_nulmeting'
               WHEN d.soort = 'DOOR' THEN 'doel_in_uitvoering'
               WHEN d.soort IN ('MIL', 'OND') AND w.stand <> 'gereed' THEN 'doel_in_uitvoering'
               WHEN d.soort IN ('MIL', 'OND') AND w.datum > d.termijn THEN 'doel_gehaald_te_laat'
               WHEN d.soort IN ('MIL', 'OND') THEN 'doel_gehaald'
               WHEN t.doel IS NULL THEN 'doel_niet_te_beoordelen'
               WHEN t.op_termijn OR (d.ritme = 'cumulatief' AND t.drempel_gehaald) THEN concat(
                   CASE WHEN t.voldoet THEN 'doel_gehaald' ELSE 'doel_niet_gehaald' END,
                   CASE WHEN t.onzeker THEN '_onzeker' ELSE '' END)
               WHEN t.padwaarde IS NULL THEN concat(
                   CASE WHEN t.voldoet THEN 'doel_op_koers' ELSE 'doel_nog_niet_gehaald' END,
                   CASE WHEN t.onzeker THEN '_onzeker' ELSE '' END)
               ELSE concat(
                   CASE WHEN t.voldoet THEN 'doel_op_koers' ELSE 'doel_niet_op_koers' END,
                   CASE WHEN t.onzeker THEN '_onzeker' ELSE '' END)
           END AS code,
           t.basiswaarde,
           t.streefwaarde,
           t.padwaarde
    FROM doel AS d
    CROSS JOIN rapportjaar AS j
    CROSS JOIN beleid AS b
    CROSS JOIN tellingen AS n
    LEFT JOIN doel_bewijs AS w ON w.doel = d.doel
    LEFT JOIN doel_toets AS t ON t.doel = d.doel AND t.telling = n.telling
),
-- Wat het doel zelf als vraag en enquete noemt is bewijs; al het andere staat er alleen naast.
gevraagd AS (
    SELECT v.doel,
           v.indicator
    FROM monitor_vragen AS v
    JOIN doel AS d ON d.doel = v.doel
    CROSS JOIN rapportjaar AS j
    CROSS JOIN beleid AS b
    JOIN monitor_indicator AS m ON m.indicator = v.indicator AND m.instrument = v.instrument
    WHERE m.regio_code = b.gemeente
      AND m.waarde IS NOT NULL
      AND m.meting <= j.jaar
      AND NOT coalesce(v.indicator = d.indicator AND v.instrument = d.instrument, false)
    GROUP BY v.doel, v.indicator
),
achtergrond AS (
    SELECT doel,
           string_agg(indicator, '; ' ORDER BY indicator) AS achtergrond
    FROM gevraagd
    GROUP BY doel
)
SELECT d.doel,
       d.paragraaf,
       d.thema,
       d.volgorde,
       d.tekst,
       d.soort,
       d.maat,
       d.drempel,
       d.streefwaarde,
       d.eenheid,
       d.richting,
       d.basiswaarde,
       d.basisjaar,
       d.termijn,
       d.termijn_tekst,
       j.jaar AS rapportjaar,
       CASE WHEN v.code <> 'doel_klein_aantal' THEN w.waarde END AS waarde,
       CASE
           WHEN w.doel IS NULL THEN 'geen meting'
           WHEN w.is_reeks AND d.soort = 'DOOR' THEN 'de reeks staat in deze rapportage'
           WHEN v.code = 'doel_klein_aantal' THEN 'klein aantal'
           WHEN w.ander_niveau THEN 'niet te vergelijken: het aantal ligt te ver van de jaren ernaast'
           WHEN w.is_reeks AND NOT w.representatief AND w.waarde <= d.streefwaarde
               THEN 'onder de streefwaarde, jaar niet representatief'
           WHEN w.is_reeks AND NOT w.representatief THEN 'boven de streefwaarde, jaar niet representatief'
           WHEN w.waarde IS NULL THEN w.stand
           ELSE 'gemeten'
       END AS waarde_tekst,
       w.ondergrens,
       w.bovengrens,
       v.padwaarde,
       w.peildatum,
       fv.frase AS oordeel,
       fv.teken,
       fh.frase AS oordeel_herzien,
       h.basiswaarde AS basiswaarde_herzien,
       h.streefwaarde AS streefwaarde_herzien,
       h.padwaarde AS padwaarde_herzien,
       w.bewijs,
       d.bron_meting,
       w.bron,
       d.regel,
       d.toelichting,
       e.benadering,
       a.achtergrond
FROM doel AS d
CROSS JOIN rapportjaar AS j
LEFT JOIN doel_bewijs AS w ON w.doel = d.doel
JOIN beoordeeld AS v ON v.doel = d.doel AND v.telling = 'vastgesteld'
LEFT JOIN beoordeeld AS h ON h.doel = d.doel AND h.telling = 'herzien' AND h.heeft_telling
JOIN frasen AS fv ON fv.code = v.code
LEFT JOIN frasen AS fh ON fh.code = h.code
LEFT JOIN benaderingen AS e ON e.doel = d.doel
LEFT JOIN achtergrond AS a ON a.doel = d.doel
