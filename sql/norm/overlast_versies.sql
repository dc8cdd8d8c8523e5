-- doel:    Elk overlastcijfer over een jaar of maand die voorbij was, in elke versie die ooit is ontvangen; een herziening vervangt niets.
-- korrel:  een rij per soort overlast, regio, periode en peildatum
-- sleutel: soort_code, regio_code, periode_code, bron, peildatum
-- kolommen:
--   soort_code   | soort overlast, zie soort_overlast
--   regio_code   | regio, zie regio
--   periode_code | periode, zie periode
--   waarde       | aantal registraties; 0 waar de tabel bewijst dat leeg nul is
--   reden        | waarde, nul, niet_gepubliceerd, geheim, onmogelijk of ontbreekt
--   status       | het woord van de bron
--   bron         | tabel van de bron
--   peildatum    | de dag waarop de cijfers zo bekend waren
--   bekend_tot   | dag waarop een nieuwere versie kwam; leeg zolang dit de nieuwste is
--   indeling     | jaar van de gemeentelijke indeling waarop de versie staat
WITH plaats AS (
    -- Net als bij misdrijven: leeg is nul waar de soorten, leeg als nul, samen het totaal van de bron geven. Waar geen enkel
    -- getal staat, ook geen totaal, is niets bewezen: die periode kan nog niet geleverd zijn.
    SELECT r.bron,
           r.peildatum,
           r.regio_code,
           r.periode_code,
           max(t.status) AS status,
           count(r.waarde) AS met_waarde,
           coalesce(max(r.waarde) FILTER (WHERE s.is_totaal), 0) = coalesce(sum(r.waarde) FILTER (WHERE NOT s.is_totaal), 0) AS sluit
    FROM ruw_overlast AS r
    JOIN soort_overlast AS s ON s.soort_code = r.soort_code
    -- De lijst is die van de misdrijven; een jaar dat daar nog niet in staat, is hier wel een jaar.
    LEFT JOIN periode AS t ON t.periode_code = r.periode_code
    WHERE coalesce(t.voorbij_op, CASE WHEN regexp_like(r.periode_code, '^[1-9][0-9]{3}JJ00$')
              THEN make_date(TRY_CAST(left(r.periode_code, 4) AS INT) + 1, 1, 1) END) <= r.peildatum
    GROUP BY r.bron, r.peildatum, r.regio_code, r.periode_code
),
gevuld AS (
    SELECT bron,
           regio_code
    FROM plaats
    WHERE met_waarde > 0
    GROUP BY bron, regio_code
),
geduid AS (
    SELECT r.soort_code,
           r.regio_code,
           r.periode_code,
           r.waarde,
           CASE
               WHEN r.waarde <> 0 THEN 'waarde'
               WHEN r.waarde = 0 THEN 'nul'
               WHEN r.teken = 'geheim' THEN 'geheim'
               WHEN r.teken = 'onmogelijk' THEN 'onmogelijk'
               WHEN g.regio_code IS NULL THEN 'niet_gepubliceerd'
               WHEN p.sluit AND p.met_waarde > 0 THEN 'nul'
               ELSE 'ontbreekt'
           END AS reden,
           r.bron,
           r.peildatum,
           r.indeling,
           p.status
    FROM ruw_overlast AS r
    JOIN plaats AS p
        ON p.bron = r.bron AND p.peildatum = r.peildatum
        AND p.regio_code = r.regio_code AND p.periode_code = r.periode_code
    LEFT JOIN gevuld AS g ON g.bron = r.bron AND g.regio_code = r.regio_code
)
SELECT d.soort_code,
       d.regio_code,
       d.periode_code,
       CASE WHEN d.reden = 'nul' THEN 0 ELSE d.waarde END AS waarde,
       d.reden,
       d.status,
       d.bron,
       d.peildatum,
       lead(d.peildatum) OVER (
           PARTITION BY d.soort_code, d.regio_code, d.periode_code, d.bron ORDER BY d.peildatum
       ) AS bekend_tot,
       d.indeling
FROM geduid AS d
