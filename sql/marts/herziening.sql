-- doel:    Elk aantal misdrijven of registraties van overlast dat de politie veranderde, met het oude en het nieuwe getal naast elkaar.
-- korrel:  een rij per bron, soort, regio, periode en peildatum waarop het nieuwe getal bekend werd
-- sleutel: soort_code, regio_code, periode_code, bron, peildatum
-- kolommen:
--   soort_code     | soort misdrijf of overlast, zie soort_misdrijf en soort_overlast; 0.0.0 is het totaal van de bron
--   regio_code     | regio, zie regio
--   periode_code   | periode, zie periode
--   bron           | tabel van de bron, zie bronnen
--   peildatum      | de dag waarop het nieuwe getal bekend was
--   oude_peildatum | de dag waarop het oude getal bekend was
--   oud            | het getal van de versie ervoor; leeg als er geen was
--   nieuw          | het getal van deze versie; leeg als er geen is
--   verschil       | nieuw min oud, leeg als een van beide ontbreekt
--   indeling       | jaar van de gemeentelijke indeling van de nieuwe versie
--   oude_indeling  | jaar van de gemeentelijke indeling van de oude versie
--   herindeling    | waar als de twee versies op verschillende indelingen staan: dan kan het gebied zelf veranderd zijn; nooit bij het land
WITH vaker AS (
    SELECT regio_code,
           periode_code
    FROM optelcontrole
    GROUP BY regio_code, periode_code
    HAVING count(*) > 1
),
-- De rijen staan op volgorde, dus de vorige versie van een cijfer is de vorige rij; bij een ander cijfer is die door niets opgevolgd.
versies AS (
    SELECT v.soort_code,
           v.regio_code,
           v.periode_code,
           v.bron,
           v.peildatum,
           v.waarde,
           v.reden,
           lag(v.bekend_tot) OVER op_rij AS opgevolgd,
           lag(v.peildatum) OVER op_rij AS oude_peildatum,
           lag(v.waarde) OVER op_rij AS oude_waarde,
           lag(v.reden) OVER op_rij AS oude_reden
    FROM misdrijven_versies AS v
    LEFT JOIN vaker AS m ON m.regio_code = v.regio_code AND m.periode_code = v.periode_code
    WHERE coalesce(m.regio_code, '') <> ''
    WINDOW op_rij AS (ORDER BY v.soort_code, v.regio_code, v.periode_code, v.peildatum)
),
herzien AS (
    SELECT soort_code,
           regio_code,
           periode_code,
           bron,
           peildatum,
           oude_peildatum,
           oude_waarde AS oud,
           waarde AS nieuw
    FROM versies
    WHERE opgevolgd = peildatum
      AND coalesce(oude_waarde, -1) <> coalesce(waarde, -1)
      -- Leeg bleef leeg; alleen of bewezen is dat het nul was, veranderde.
      AND NOT (oude_reden IN ('nul', 'ontbreekt') AND reden IN ('nul', 'ontbreekt'))
),
overlast_op_rij AS (
    SELECT soort_code,
           regio_code,
           periode_code,
           bron,
           peildatum,
           waarde,
           reden,
           indeling,
           lag(peildatum) OVER op_rij AS oude_peildatum,
           lag(waarde) OVER op_rij AS oude_waarde,
           lag(reden) OVER op_rij AS oude_reden,
           lag(indeling) OVER op_rij AS oude_indeling
    FROM overlast_versies
    WINDOW op_rij AS (PARTITION BY soort_code, regio_code, periode_code, bron ORDER BY peildatum)
),
beide AS (
    SELECT v.soort_code, v.regio_code, v.periode_code, v.bron, v.peildatum, v.oude_peildatum, v.oud, v.nieuw,
           n.indeling,
           o.indeling AS oude_indeling
    FROM herzien AS v
    JOIN optelcontrole AS n
        ON n.bron = v.bron AND n.peildatum = v.peildatum AND n.regio_code = v.regio_code AND n.periode_code = v.periode_code
    JOIN optelcontrole AS o
        ON o.bron = v.bron AND o.peildatum = v.oude_peildatum AND o.regio_code = v.regio_code AND o.periode_code = v.periode_code
    UNION ALL
    SELECT soort_code, regio_code, periode_code, bron, peildatum, oude_peildatum,
           oude_waarde AS oud,
           waarde AS nieuw,
           indeling,
           oude_indeling
    FROM overlast_op_rij
    WHERE oude_peildatum IS NOT NULL
      AND coalesce(oude_waarde, -1) <> coalesce(waarde, -1)
      AND NOT (oude_reden IN ('nul', 'ontbreekt') AND reden IN ('nul', 'ontbreekt'))
)
SELECT v.soort_code,
       v.regio_code,
       v.periode_code,
       v.bron,
       v.peildatum,
       v.oude_peildatum,
       v.oud,
       v.nieuw,
       v.nieuw - v.oud AS verschil,
       v.indeling,
       v.oude_indeling,
       r.niveau <> 'land' AND coalesce(v.indeling, 0) <> coalesce(v.oude_indeling, 0) AS herindeling
FROM beide AS v
JOIN regio AS r ON r.regio_code = v.regio_code
