export { renderChart } from './render-chart.ts';
export {
  type Chart,
  type ChartSeries,
  type ChartSpec,
  mostSeries,
  type NumberPoint,
  type NumberSeries,
  type Period,
  type PeriodSeries,
  type StatePoint,
  type StateSeries,
  type TimeSpan,
} from './spec.ts';
