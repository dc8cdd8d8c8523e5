-- doel:    Alle gemeenten naast elkaar per 1.000 inwoners: de plaats met haar speling, en de trechter van vergelijkbare gemeenten.
-- korrel:  een rij per gemeente, reeks en jaar
-- sleutel: regio_code, reeks, jaar
-- kolommen:
--   regio_code | gemeente
--   regio      | naam van de gemeente
--   reeks      | sleutel van de reeks, of van een eigen benadering
--   naam       | naam van de reeks; bij een eigen benadering zegt hij dat zij dat is, en waarvan niet
--   eigen_benadering | waar voor een eigen benadering: achtergrond, nooit het cijfer waar zij op lijkt en nooit bewijs bij een doel
--   jaar       | kalenderjaar
--   waarde     | aantal
--   inwoners   | inwoners op 1 januari, op het grondgebied van de politietabel
--   per_1000   | aantal per 1.000 inwoners; leeg waar inwoners of waarde ontbreekt
--   rang       | plaats, 1 is de meeste per inwoner; leeg voor wie geen cijfer heeft, een afwijkend jaar heeft of toen nog niet bestond
--   rang_van   | hoogste plaats die het ook had kunnen zijn: een plaats na het aantal gemeenten dat aantoonbaar hoger ligt (95%)
--   rang_tot   | laagste plaats die het ook had kunnen zijn: het aantal gemeenten dat niet aantoonbaar lager ligt (95%)
--   gerangschikt | aantal gemeenten met een plaats; leeg voor wie er zelf geen heeft
--   vergelijkbaar | waar voor gemeenten met tussen de helft en het dubbele van het eigen inwonertal in het basisjaar
--   verwacht   | aantal dat bij dit inwonertal past als alle vergelijkbare gemeenten gelijk waren; leeg voor wie niet vergelijkbaar is
--   trechter_score | afstand van waarde tot verwacht, in standaardafwijkingen van toeval alleen
--   trechter_phi | hoeveel keer zo ver vergelijkbare gemeenten uit elkaar liggen als door toeval alleen
--   trechter_tau2 | variantie tussen vergelijkbare gemeenten die daarbij hoort
--   trechter_midden | cijfer van de vergelijkbare gemeenten samen, per 1.000 inwoners
--   trechter_onder | ondergrens van de trechter bij dit inwonertal, per 1.000 inwoners (95%)
--   trechter_boven | bovengrens van de trechter bij dit inwonertal, per 1.000 inwoners (95%)
--   trechter_onder_ruim | ruime ondergrens, per 1.000 inwoners (99,8%)
--   trechter_boven_ruim | ruime bovengrens, per 1.000 inwoners (99,8%)
--   oordeel    | hoe de gemeente bij vergelijkbare gemeenten ligt, uit de gesloten lijst van frasen
--   teken      | teken bij het oordeel
--   opmerking  | waarom een gemeente geen plaats heeft
--   bron       | tabel van de bron
--   peildatum  | de dag waarop de cijfers zo bekend waren
WITH namen AS (
    SELECT reeks, naam FROM reeks
    UNION ALL
    SELECT benadering AS reeks, naam FROM benaderingen
),
naast AS (
    SELECT t.regio_code, t.laag, t.reeks, t.jaar, t.waarde, t.reden, t.afwijkend, t.inwoners, t.telt_mee, t.vergelijkbaar, t.bron, t.peildatum,
           round(1000.0 * t.waarde / nullif(t.inwoners, 0), 6) AS per_1000,
           CASE WHEN t.telt_mee AND t.vergelijkbaar THEN CAST(t.inwoners AS DOUBLE) END AS n,
           CASE WHEN t.telt_mee AND t.vergelijkbaar THEN CAST(t.waarde AS DOUBLE) END AS x,
           f.per_inwoner,
           f.phi,
           f.tau2,
           f.alfa,
           f.alfa_ruim,
           f.minimum
    FROM tarief AS t
    LEFT JOIN trechter AS f ON f.reeks = t.reeks AND f.jaar = t.jaar AND t.telt_mee AND t.vergelijkbaar
),
getrechterd AS (
    SELECT regio_code, laag, reeks, jaar, waarde, reden, afwijkend, inwoners, telt_mee, vergelijkbaar, bron, peildatum, per_1000, x, phi, tau2,
           minimum,
           1000.0 * per_inwoner AS midden,
           n * per_inwoner AS verwacht,
           x / n AS tarief,
           funnel_lower(per_inwoner, tau2, n, alfa) AS onder,
           funnel_upper(per_inwoner, tau2, n, alfa) AS boven,
           funnel_lower(per_inwoner, tau2, n, alfa_ruim) AS onder_ruim,
           funnel_upper(per_inwoner, tau2, n, alfa_ruim) AS boven_ruim
    FROM naast
),
beoordeeld AS (
    SELECT regio_code, laag, reeks, jaar, waarde, reden, afwijkend, inwoners, telt_mee, vergelijkbaar, bron, peildatum, per_1000, x, phi, tau2,
           midden, verwacht, onder, boven, onder_ruim, boven_ruim,
           CASE
               WHEN waarde IS NOT NULL AND afwijkend THEN 'trechter_niet_te_beoordelen'
               WHEN NOT telt_mee THEN 'trechter_geen_waarde'
               WHEN NOT vergelijkbaar THEN 'trechter_niet_vergelijkbaar'
               WHEN verwacht < minimum THEN 'trechter_te_klein'
               WHEN onder IS NULL OR onder_ruim IS NULL THEN 'trechter_niet_te_beoordelen'
               WHEN tarief > boven_ruim THEN 'trechter_hoger'
               WHEN tarief > boven THEN 'trechter_mogelijk_hoger'
               WHEN tarief < onder_ruim THEN 'trechter_lager'
               WHEN tarief < onder THEN 'trechter_mogelijk_lager'
               ELSE 'trechter_geen_verschil'
           END AS code
    FROM getrechterd
)
SELECT b.regio_code,
       g.naam AS regio,
       b.reeks,
       m.naam,
       b.laag = 'benadering' AS eigen_benadering,
       b.jaar,
       b.waarde,
       b.inwoners,
       b.per_1000,
       p.rang,
       p.rang_van,
       p.rang_tot,
       p.gerangschikt,
       b.vergelijkbaar,
       b.verwacht,
       2.0 * (sqrt(b.x) - sqrt(b.verwacht)) AS trechter_score,
       b.phi AS trechter_phi,
       b.tau2 AS trechter_tau2,
       b.midden AS trechter_midden,
       1000.0 * b.onder AS trechter_onder,
       1000.0 * b.boven AS trechter_boven,
       1000.0 * b.onder_ruim AS trechter_onder_ruim,
       1000.0 * b.boven_ruim AS trechter_boven_ruim,
       f.frase AS oordeel,
       f.teken,
       CASE
           WHEN b.reden = 'geheim' THEN 'geheim volgens de bron'
           WHEN b.reden = 'onmogelijk' THEN 'kan volgens de bron niet bestaan'
           WHEN b.waarde IS NULL THEN 'geen cijfer'
           WHEN b.afwijkend THEN 'aantal te ver van de jaren ernaast'
           WHEN b.per_1000 IS NULL THEN coalesce(i.samenstelling, 'geen inwonertal')
           WHEN NOT b.telt_mee THEN 'bestond dat jaar nog niet als gemeente'
       END AS opmerking,
       b.bron,
       b.peildatum
FROM beoordeeld AS b
LEFT JOIN regio AS g ON g.regio_code = b.regio_code
LEFT JOIN namen AS m ON m.reeks = b.reeks
LEFT JOIN frasen AS f ON f.code = b.code
LEFT JOIN rangorde AS p ON p.regio_code = b.regio_code AND p.reeks = b.reeks AND p.jaar = b.jaar
LEFT JOIN bevolking AS i ON i.regio_code = b.regio_code AND i.jaar = b.jaar
