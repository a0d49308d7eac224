# language: zh-CN
功能: 城市服务请求
  一件请求报上来，按工作队列派给一个部门，部门在期限内处理，然后结案。
  A request comes in, its work queue decides the department, the department handles it in time, the request is closed.

  背景:
    假如 现在是 2011-07-01 09:00
    并且 城市服务请求流程已经部署

  场景: 队列决定承办部门
    当 一件“Street Light Outages”请求“A-1”报到队列“PWDx_Street Light Outages”
    那么 请求“A-1”由部门“PWDx”承办
    并且 请求“A-1”应在 2011-07-15 09:00 前办结

  场景: 队列表里没有的队列由人工派遣
    当 一件“Street Light Outages”请求“A-2”报到队列“新设的队列”
    那么 请求“A-2”等待人工派遣
    当 受理员“甲”把请求“A-2”派给部门“PWDx”
    那么 请求“A-2”由部门“PWDx”承办

  场景: 人工派遣没有说出部门，就仍在等待
    假如 一件“Street Light Outages”请求“A-3”报到队列“新设的队列”
    当 受理员“甲”没有为请求“A-3”选定部门
    那么 请求“A-3”等待人工派遣

  场景: 过了期限还没有办结，就是逾期
    假如 一件“Street Light Outages”请求“A-4”报到队列“PWDx_Street Light Outages”
    当 时间到了 2011-07-15 09:01
    那么 请求“A-4”逾期，逾期的时刻是 2011-07-15 09:00

  场景: 恰在到期时刻办结，算按时
    假如 一件“Street Light Outages”请求“A-5”报到队列“PWDx_Street Light Outages”
    当 时间到了 2011-07-15 09:00
    并且 部门的“甲”办结请求“A-5”
    并且 时间到了 2011-08-01 09:00
    那么 请求“A-5”没有逾期
    并且 请求“A-5”已经结案

  场景: 没有期限，不等于按时
    当 一件“时限表里没有的类型”请求“A-6”报到队列“PWDx_Street Light Outages”
    并且 时间到了 2012-07-01 09:00
    那么 请求“A-6”没有期限
    并且 请求“A-6”没有逾期

  场景: 既有记录的期限以记录为准
    当 一件“Street Light Outages”请求“A-7”自既有记录转来，期限是 2011-07-04 12:00
    那么 请求“A-7”应在 2011-07-04 12:00 前办结

  场景: 办结过的请求不能再办结一次
    假如 一件“Street Light Outages”请求“A-8”报到队列“PWDx_Street Light Outages”
    并且 部门的“甲”办结请求“A-8”
    当 部门的“乙”再次办结请求“A-8”
    那么 被拒绝，因为已由“甲”办结
    并且 请求“A-8”的记录没有变化

  场景: 同一个编号不能受理两次
    假如 一件“Street Light Outages”请求“A-9”报到队列“PWDx_Street Light Outages”
    当 又一件请求以“A-9”报来
    那么 被拒绝，因为已经受理
    并且 请求“A-9”的记录没有变化
